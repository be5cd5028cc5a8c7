package push

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/gorilla/websocket"

	"antre/display/site"
)

// upgrade turns a request into a socket. Compression stays off: with it a read
// limit of 4 KB lets megabytes through.
func (h *Hub) upgrade(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	if !websocket.IsWebSocketUpgrade(r) {
		return nil, site.Refuse(http.StatusUpgradeRequired, "websocket_needed", "Alamat ini memerlukan WebSocket.", "This address needs a WebSocket.")
	}
	if !h.site.KnownOrigin(r) {
		return nil, site.Refuse(http.StatusForbidden, "cross_origin", "Permintaan dari situs lain ditolak.", "Requests from another site are refused.")
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Error: func(http.ResponseWriter, *http.Request, int, error) {}}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return nil, site.Refuse(http.StatusBadRequest, "bad_handshake", "Jabat tangan WebSocket salah.", "The WebSocket handshake is wrong.")
	}
	return conn, nil
}

// How many sockets one address may hold: a whole mall's telephones may come from
// behind one, but no single machine takes the server's memory. The machine
// itself may hold any number: a proxy on it brings everybody's.
const (
	mostFromOne = 1000
	tryAgainS   = 5
)

// letIn counts a socket of an address, or refuses it; leave takes it back.
func (h *Hub) letIn(from netip.Addr) (leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.from[from] >= mostFromOne && !from.IsLoopback() {
		return nil, site.Refuse(http.StatusTooManyRequests, "too_many_sockets", "Terlalu banyak sambungan dari alamat ini.", "Too many connections from this address.").After(tryAgainS)
	}
	h.from[from]++
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.from[from]--; h.from[from] == 0 {
			delete(h.from, from)
		}
	}, nil
}

// Serve makes a request the socket of a client, and reads from it until it goes.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, c *Client) error {
	leave, err := h.letIn(site.Remote(r))
	if err != nil {
		return err
	}
	defer leave()
	conn, err := h.upgrade(w, r)
	if err != nil {
		return err
	}
	// The server's own write deadline was for one answer; a socket lives on.
	_ = conn.NetConn().SetDeadline(time.Time{})
	h.site.Metrics.Sockets.Inc()
	defer h.site.Metrics.Sockets.Dec()
	h.Join(conn.NetConn(), c)
	defer h.do(func() { h.leave(c) })
	defer c.drop()
	h.listenTo(conn, c)
	return nil
}

// Join sends a client what it watches, over a connection that somebody else reads.
func (h *Hub) Join(conn net.Conn, c *Client) {
	c.net = conn
	h.do(func() { h.join(context.Background(), c) })
}

// listenTo reads from a client until it goes.
func (h *Hub) listenTo(conn *websocket.Conn, c *Client) {
	conn.SetReadLimit(readLimit)
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(silentFor)) }
	alive()
	conn.SetPongHandler(func(string) error { alive(); return nil })
	conn.SetPingHandler(func(data string) error {
		alive()
		h.do(func() { c.putControl(finPong, []byte(data)) })
		return nil
	})
	conn.SetCloseHandler(func(int, string) error {
		h.do(func() { c.putControl(finClose, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")) })
		return nil
	})
	for {
		_, b, err := conn.ReadMessage()
		if err != nil {
			time.Sleep(10 * time.Millisecond) // lets the answer to a close go out
			return
		}
		alive()
		h.hear(c, b)
	}
}

// hear takes what a screen says: what it showed and spoke, and whether it can.
// What it does not understand it ignores; screens live longer than servers.
func (h *Hub) hear(c *Client, message []byte) {
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
		h.site.Metrics.Said.Inc()
		h.do(func() { h.said(context.Background(), c, m.ID) })
	case "saying":
		h.do(func() { h.saying(c, time.Now()) })
	case "shown":
		h.site.Metrics.Shown.Inc()
	case "voice":
		h.do(func() {
			c.sound = soundBlocked
			if m.Ready {
				c.sound = soundOn
			}
			h.wantVoices()
		})
	}
}
