package store

import (
	"testing"

	"antre/queue"
)

func TestIssue_aJourneysOtherLinesCountForWhoeverSharesItsCommit(t *testing.T) {
	st, _, _ := twoStops(t)
	a, err1 := st.Catalog().Service("A")
	b, err2 := st.Catalog().Service("B")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	before := issueFor(t, st, "B").AheadTold
	var after Ticket
	err := st.write(t.Context(), func(x *txn) error {
		give := func(services ...*Service) (k Ticket) {
			lines := make([]*lineRow, len(services))
			var codes []string
			for i, s := range services {
				codes = append(codes, s.Code)
				var err error
				if lines[i], err = x.line(s.ID); err != nil {
					t.Error(err)
				}
			}
			k, err := x.issue(services, lines, Wanted{Services: codes, Order: queue.Parallel, Class: queue.Regular, Channel: queue.Kiosk, Lang: "id"})
			if err != nil {
				t.Error(err)
			}
			return k
		}
		give(b) // reads who waits in B
		give(a, b)
		after = give(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after.AheadTold != before+3 {
		t.Errorf("%d ahead were told, want %d", after.AheadTold, before+3)
	}
}
