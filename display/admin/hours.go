package admin

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"antre/queue"
)

// days are a working week's, as the mall file names them.
func days() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

// intervals reads times as people write them: "08.00–12.00, 13:00-15:30".
func intervals(text string) []string {
	var all []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\r' }) {
		if part = clockText(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// clockText writes times as the mall file has them.
func clockText(text string) string {
	text = strings.NewReplacer(".", ":", "–", "-", "—", "-", " ", "", "\u00a0", "").Replace(strings.TrimSpace(text))
	parts := strings.Split(text, "-")
	for i, p := range parts {
		if len(p) == 4 && p[1] == ':' { // 8:00
			parts[i] = "0" + p
		}
	}
	return strings.Join(parts, "-")
}

// readWeek reads seven rows; days with the same hours are written together. A
// week without any hours is none: those of the mall hold.
func readWeek(path string, typed url.Values) queue.Week {
	week := queue.Week{}
	names := days()
	of := func(i int) queue.Hours {
		open := intervals(typed.Get(path + "." + names[i] + ".open"))
		return queue.Hours{Open: open, LastTicket: clockText(typed.Get(path + "." + names[i] + ".last"))}
	}
	for i := 0; i < len(names); {
		h, j := of(i), i+1
		for j < len(names) && sameHours(of(j), h) {
			j++
		}
		if len(h.Open) > 0 || h.LastTicket != "" {
			key := names[i]
			if j > i+1 {
				key += "-" + names[j-1]
			}
			week[key] = h
		}
		i = j
	}
	if len(week) == 0 {
		return nil
	}
	return week
}

func sameHours(a, b queue.Hours) bool {
	return slices.Equal(a.Open, b.Open) && a.LastTicket == b.LastTicket
}

// dayRow is one day of a week as the page shows it.
type dayRow struct{ Day, Open, Last string }

// weekRows are the seven rows of a week.
func weekRows(w queue.Week) (rows []dayRow) {
	for i, name := range days() {
		h, _ := w.On(time.Weekday((i + 1) % 7))
		rows = append(rows, dayRow{Day: name, Open: strings.Join(h.Open, ", "), Last: h.LastTicket})
	}
	return rows
}
