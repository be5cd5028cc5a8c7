package queue

import (
	"fmt"
	"time"
)

// Gate answers whether a service may give a number now, and if not why and
// until when: for the kiosk, the console, the TV, the API and issuing alike.
// The zero value may.
type Gate struct {
	Removed     bool      // gone from the mall file
	Closed      *Closed   // what the calendar says
	Limited     bool      // there is a quota
	Limit, Left int       // of the quota, for this class and channel
	Reset       time.Time // when the quota begins anew; zero: not known
	OpenedToday int       // its counters that were open at some time today
	NotClosed   int       // its counters that are open or paused now
}

// Check is nil when a number can be given. The order of the questions is the
// order of precedence in the contract.
func (g Gate) Check() *Refusal {
	switch {
	case g.Removed:
		return Refuse(Conflict, ServiceClosed, "Layanan ini tidak dibuka lagi di mal ini.").English("This service is no longer offered here.")
	case g.Closed != nil:
		return g.Closed.refusal()
	case g.Limited && g.Left <= 0:
		r := Refuse(Conflict, "quota_reached", "Kuota hari ini (%d nomor) sudah habis.%s", g.Limit, again(g.Reset, "id")).
			English("Today's %d numbers are used up.%s", g.Limit, again(g.Reset, "en"))
		return r.reopens(g.Reset)
	case g.OpenedToday > 0 && g.NotClosed == 0:
		return Refuse(Conflict, "no_counter", "Semua loket layanan ini sudah tutup untuk hari ini.").
			English("Every counter of this service has closed for today.")
	}
	return nil
}

func (r *Refusal) reopens(at time.Time) *Refusal {
	if at.IsZero() {
		return r
	}
	return r.With("reopens_at", at.Format(time.RFC3339))
}

// refusal says in words why the calendar gives no number.
func (c *Closed) refusal() *Refusal {
	words := map[string]Text{
		ServiceClosed:    {"id": "Layanan ini sedang tutup.", "en": "This service is closed now."},
		HolidayClosed:    {"id": "Libur: " + c.Name + ".", "en": "Holiday: " + c.Name + "."},
		DayClosed:        {"id": "Layanan ini tidak buka hari ini.", "en": "This service is closed today."},
		NotOpenYet:       {"id": "Layanan ini belum buka.", "en": "This service is not open yet."},
		BreakClosed:      {"id": "Sedang istirahat.", "en": "On a break."},
		LastTicketPassed: {"id": "Nomor terakhir hari ini sudah lewat.", "en": "The last number of today has been given."},
	}[c.Code]
	r := &Refusal{Kind: Conflict, Code: c.Code, Detail: Text{}}
	for lang, text := range words {
		if notice := c.Notice.In(lang); notice != "" {
			text = notice
		}
		r.Detail[lang] = text + again(c.ReopenAt, lang)
	}
	return r.reopens(c.ReopenAt)
}

var weekdayNames = map[string][]string{
	"id": {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// again says when the next number can be given: the weekday, the clock and the
// zone of time, because the reader may be far away.
func again(at time.Time, lang string) string {
	if at.IsZero() {
		return ""
	}
	if lang == "id" {
		return fmt.Sprintf(" Buka lagi %s pukul %s %s.", weekdayNames["id"][at.Weekday()], at.Format("15.04"), ZoneName(at))
	}
	return fmt.Sprintf(" Open again on %s at %s %s.", weekdayNames["en"][at.Weekday()], at.Format("15:04"), ZoneName(at))
}
