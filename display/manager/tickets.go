package manager

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// getTickets are today's numbers of an agency, or of the mall.
func (s *Room) getTickets(w http.ResponseWriter, r *http.Request) error {
	_, scope, err := s.scope(r)
	if err != nil {
		return err
	}
	day, list, err := s.Store.DayList(r.Context())
	if err != nil {
		return err
	}
	c, lang, tickets := s.Store.Catalog(), s.Lang(r), []map[string]any{}
	for _, k := range list {
		service := c.ServiceByID(k.ServiceID)
		if service == nil || !within(scope, service.Agency) {
			continue
		}
		tickets = append(tickets, map[string]any{
			"code": k.Code, "class": k.Class, "channel": k.Channel, "service": service.Code, "agency": service.Agency.Code, "state": k.State,
			"state_text": s.Text(lang, "state."+string(k.State)), "counter": view.CounterCode(c, k.CounterID), "calls": k.Calls,
			"arrived_at": s.Stamp(k.Arrived), "called_at": s.StampOrNil(k.Called), "started_at": s.StampOrNil(k.Started), "ended_at": s.StampOrNil(k.Ended),
		})
	}
	return site.Answer(w, http.StatusOK, false, map[string]any{"day": day, "tickets": tickets})
}

// ticketsCSV is the same list for a spreadsheet, as RFC 4180 has it. It holds
// no personal data, because tickets hold none.
func (s *Room) ticketsCSV(w http.ResponseWriter, r *http.Request) error {
	_, scope, err := s.scope(r)
	if err != nil {
		return err
	}
	day, list, err := s.Store.DayList(r.Context())
	if err != nil {
		return err
	}
	name := "antre-" + day
	if scope != nil {
		name += "-" + strings.ToLower(queue.Key(scope.Code))
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"day", "ticket", "agency", "service", "class", "channel", "state", "ended_by", "counter", "calls", "arrived_at", "called_at", "started_at", "ended_at", "wait_s", "service_s"}}
	c := s.Store.Catalog()
	for _, k := range list {
		if service := c.ServiceByID(k.ServiceID); service != nil && within(scope, service.Agency) {
			rows = append(rows, s.csvRow(c, day, k, service))
		}
	}
	return out.WriteAll(rows)
}

func (s *Room) csvRow(c *store.Catalog, day string, k store.DayStop, service *store.Service) []string {
	counter := ""
	if desk := c.CounterByID(k.CounterID); desk != nil {
		counter = desk.Code
	}
	at := func(ms int64) string {
		if ms == 0 {
			return ""
		}
		return s.Stamp(ms)
	}
	between := func(from, to int64) string {
		if from == 0 || to == 0 {
			return ""
		}
		return strconv.FormatInt(max(0, to-from)/1000, 10) // a clock that was set back never makes a negative time
	}
	row := []string{day, k.Code, service.Agency.Code, service.Code, string(k.Class), string(k.Channel), string(k.State), k.EndedBy, counter, strconv.Itoa(k.Calls),
		at(k.Arrived), at(k.Called), at(k.Started), at(k.Ended), between(k.Arrived, k.Called), between(k.Started, k.Ended)}
	for i, cell := range row {
		if strings.HasPrefix(cell, "-") { // a code that a spreadsheet would take for a formula
			row[i] = "'" + cell
		}
	}
	return row
}
