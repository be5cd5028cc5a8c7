//go:build e2e || prove

package e2e

import (
	"strings"
	"testing"
)

// The guests' Wi-Fi comes before the visitor's page, whose address only that
// network reaches; a mall without either shows no code of it.
func TestKiosk_showsTheGuestsWifiBeforeThePage(t *testing.T) {
	t.Parallel()
	with := strings.Replace(smallMall, "  timezone: Asia/Jakarta\n", "  timezone: Asia/Jakarta\n  wifi: {ssid: MPP Tamu, password: rahasia8}\n", 1)
	for name, mall := range map[string]string{"with": with, "without": smallMall} {
		s := newServer(t, mallFile(t, mall))
		p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
		p.until("tiles", `document.querySelectorAll("#stage button").length > 0`)
		p.eval(`document.querySelectorAll("#stage button")[0].click()`)
		p.until("a choice", `!!document.querySelector(".take") || !!document.querySelector("#stage .tile")`)
		p.eval(`(document.querySelector(".take") || document.querySelector("#stage .tile")).click()`)
		p.until("the number", `document.body.dataset.screen === "ticket" || !!document.querySelector(".take")`)
		p.eval(`document.body.dataset.screen === "ticket" || document.querySelector(".take").click()`)
		p.until("the ticket", `document.body.dataset.screen === "ticket"`)
		if name == "without" {
			p.until("the page's code alone", `document.querySelectorAll("img[src*='qr']").length === 1 && document.querySelectorAll("img[src*='wifi']").length === 0`)
			continue
		}
		p.until("both codes, drawn", `document.querySelectorAll(".codes img").length === 2 && Array.from(document.querySelectorAll(".codes img")).every(function (i) { return i.complete && i.naturalWidth > 0; })`)
		if got := p.eval(`Array.from(document.querySelectorAll(".codes figcaption")).map(function (c) { return c.textContent; }).join()`); got != "1. Wi-Fi: MPP Tamu,2. Halaman nomor Anda" {
			t.Errorf("the codes are for %v", got)
		}
		p.keep("kiosk-wifi")
		if over := p.eval(`document.documentElement.scrollHeight > innerHeight`); over == true {
			t.Error("the page is larger than the screen")
		}
	}
}
