//go:build e2e || prove

package e2e

import (
	"net/http"
	"testing"
)

func TestRace_sixHundredPressesAgainstAQuotaOfFourHundred(t *testing.T) {
	r := newRace(t, oneServer, 0)
	var all []*attempt
	for range 600 {
		all = append(all, &attempt{path: "/api/tickets", body: object{"service": "Q"}})
	}
	r.atOnce(all...)
	given, refused := map[int]int{}, 0
	for _, a := range all {
		switch {
		case a.status == http.StatusCreated:
			given[int(a.out["number"].(float64))]++
		case a.status == http.StatusConflict && a.out["code"] == "quota_reached" && a.out["detail"] != "":
			refused++
		default:
			t.Errorf("a press was answered %d %v", a.status, a.out)
		}
	}
	for n := 1; n <= 400; n++ {
		if given[n] != 1 {
			t.Errorf("Q-%03d was given %d times", n, given[n])
		}
	}
	if len(given) != 400 || refused != 200 {
		t.Errorf("%d numbers and %d refusals, want 400 and 200", len(given), refused)
	}
	r.command("", "verify")
}
