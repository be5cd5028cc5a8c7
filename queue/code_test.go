package queue

import (
	"slices"
	"testing"
)

func TestGuessTicketCode_takesWhatHasOneReading(t *testing.T) {
	services := []string{"A", "A1", "B", "E2"}
	for typed, want := range map[string]string{
		"a-7": "A-007", "A 007": "A-007", " b8 ": "B-008", "A\u20111": "A-001", "a\u2013012": "A-012", "E2-7": "E2-007", "e2 7": "E2-007", "A-1234": "A-1234",
		"A7": "A-007", "A1-001": "A1-001", "A-1001": "A-1001",
		"A1001": "A1001", // A-1001 or A1-001
		"A-0":   "A-0", "Z-1": "Z-1", "7": "7", "": "", "A": "A", "A--7": "A--7", "A+7": "A+7", "B-99999999999999999999": "B-99999999999999999999",
	} {
		if got := GuessTicketCode(typed, func(code string) bool { return slices.Contains(services, code) }); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}
