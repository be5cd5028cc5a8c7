package display

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// asTimeout says whether a write merely took too long.
func asTimeout(err error, into *net.Error) bool {
	return errors.As(err, into) && (*into).Timeout()
}

// putBeat leaves a beat for a screen that has nothing better to hear.
func (c *client) putBeat(f frame) {
	c.mu.Lock()
	if c.board == nil && len(c.calls) == 0 && len(c.rest) == 0 {
		c.board = &f
	}
	c.wake()
}

// upgrade turns a request into a socket. Compression stays off: with it a read
// limit of 4 KB lets megabytes through.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	if !websocket.IsWebSocketUpgrade(r) {
		return nil, refuse(http.StatusUpgradeRequired, "websocket_needed", "Alamat ini memerlukan WebSocket.", "This address needs a WebSocket.")
	}
	if !s.knownOrigin(r) {
		return nil, refuse(http.StatusForbidden, "cross_origin", "Permintaan dari situs lain ditolak.", "Requests from another site are refused.")
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Error: func(http.ResponseWriter, *http.Request, int, error) {}}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_handshake", "Jabat tangan WebSocket salah.", "The WebSocket handshake is wrong.")
	}
	return conn, nil
}

// serve joins a client to the hub and reads from it until it goes.
func (s *Server) serve(conn *websocket.Conn, c *client) {
	c.conn, c.net = conn, conn.NetConn()
	// The server's own write deadline was for one answer; a socket lives on.
	_ = c.net.SetDeadline(time.Time{})
	s.metrics.sockets.Inc()
	defer s.metrics.sockets.Dec()
	s.hub.do(func() { s.hub.join(context.Background(), c) })
	defer s.hub.do(func() { s.hub.leave(c) })
	defer c.drop()
	conn.SetReadLimit(readLimit)
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(silentFor)) }
	alive()
	conn.SetPongHandler(func(string) error { alive(); return nil })
	conn.SetPingHandler(func(data string) error {
		alive()
		s.hub.do(func() { c.putControl(finPong, []byte(data)) })
		return nil
	})
	conn.SetCloseHandler(func(int, string) error {
		s.hub.do(func() { c.putControl(finClose, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")) })
		return nil
	})
	for {
		_, b, err := conn.ReadMessage()
		if err != nil {
			time.Sleep(10 * time.Millisecond) // lets the answer to a close go out
			return
		}
		alive()
		s.hear(c, b)
	}
}

// hear takes what a screen says: what it showed and spoke, and whether it can.
// What it does not understand it ignores; screens live longer than servers.
func (s *Server) hear(c *client, message []byte) {
	var m struct {
		Type  string `json:"type"`
		ID    string `json:"id"`
		Ready bool   `json:"ready"`
	}
	if c.rank != rankScreen || json.Unmarshal(message, &m) != nil {
		return
	}
	switch m.Type {
	case "said":
		s.metrics.said.Inc()
		s.hub.do(func() { s.hub.said(c, m.ID) })
	case "shown":
		s.metrics.shown.Inc()
	case "voice":
		s.hub.do(func() { c.mute = !m.Ready; s.hub.wantVoices() })
	}
}

func (s *Server) streamBoard(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.zone(r)
	if err != nil {
		return err
	}
	conn, err := s.upgrade(w, r)
	if err != nil {
		return err
	}
	s.serve(conn, &client{rank: rankScreen, zone: zone})
	return nil
}

func (s *Server) streamTicket(w http.ResponseWriter, r *http.Request) error {
	k, err := s.st.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	conn, err := s.upgrade(w, r)
	if err != nil {
		return err
	}
	s.serve(conn, &client{rank: rankPhone, token: r.PathValue("token"), ticketID: k.ID, serviceID: k.ServiceID, lang: s.ticketLang(r, k)})
	return nil
}

func (s *Server) streamCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	conn, err := s.upgrade(w, r)
	if err != nil {
		return err
	}
	s.serve(conn, &client{rank: rankDesk, counterID: d.counter.ID, viewer: d.staff, lang: d.lang})
	return nil
}
