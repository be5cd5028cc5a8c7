//go:build e2e || prove

package e2e

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// photograph is what a picture in test-output shows.
type photograph struct {
	path, size, lang string
	checked          bool // axe-core, contrast, sizes and 200 % as well
}

var (
	albumMu sync.Mutex
	taken   = map[string]photograph{}
)

// taken notes what was just photographed.
func (p *page) taken(name string) {
	p.t.Helper()
	at := p.eval(`[location.pathname, innerWidth + "x" + innerHeight, document.documentElement.lang]`).([]any)
	albumMu.Lock()
	defer albumMu.Unlock()
	taken[name] = photograph{path: word(at[0]), size: word(at[1]), lang: word(at[2]), checked: taken[name].checked}
}

// keep photographs a state of a page and looks at it: no violation, and on what
// is read at a desk or on a phone nothing cut off at twice the size.
func (p *page) keep(name string) {
	p.t.Helper()
	p.shoot(name)
	p.accessible(name)
	albumMu.Lock()
	defer albumMu.Unlock()
	shown := taken[name]
	shown.checked = true
	taken[name] = shown
}

// inEnglish looks at the page in English and comes back.
func (p *page) inEnglish(name string) {
	p.t.Helper()
	at := word(p.eval(`location.href`))
	for _, lang := range []string{"en", "id"} {
		address, err := url.Parse(at)
		if err != nil {
			p.t.Fatal(err)
		}
		address.RawQuery = "lang=" + lang
		p.goTo(address.String())
		p.until("the language "+lang, `document.readyState === "complete" && document.documentElement.lang === "`+lang+`"`)
		if lang == "en" {
			p.keep(name)
		}
	}
}

// sheet is one page of the album: a route, the real sizes of its screens, and
// the photographs of its states. A * stands for a part that a test makes up;
// one that begins with ! was taken on an engine on which axe-core does not run,
// or in the midst of a measurement.
type sheet struct {
	route  string
	sizes  string
	states []string
}

// noPages are routes of GET that show nothing to look at: machines ask them, or
// they lead on at once.
const noPages = `GET /healthz|GET /readyz|GET /metrics|GET /qr.svg|GET /wifi.svg|GET /images/{name}|GET /web/brand.css|GET /web/{file...}|GET /media/{id}|` +
	`GET /audio/{lang}/say|GET /audio/{lang}/{clip}|GET /live/tickets.csv|GET /admin/file/mall.yaml|GET /screen`

// album holds what was photographed against the sheets, once the whole suite
// has run: every page is there, every state of it, at its real size, in both
// languages where the page has them, and nothing that no sheet knows.
func album() error {
	if flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.skip").Value.String() != "" {
		return nil
	}
	var faults []string
	known := map[string]bool{}
	for _, sh := range sheets() {
		faults = append(faults, sh.faults(known)...)
	}
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		if !known[name] && name != "failed" && !strings.HasPrefix(name, "zoomed-") {
			faults = append(faults, fmt.Sprintf("%s of %s is on no sheet", name, taken[name].path))
		}
	}
	faults = append(faults, pagesWithoutASheet()...)
	if len(faults) > 0 {
		return errors.New("the album of photographs is not complete:\n" + strings.Join(faults, "\n"))
	}
	return nil
}

func (sh sheet) faults(known map[string]bool) (out []string) {
	langs := map[string]bool{}
	for _, state := range sh.states {
		want, old := strings.CutPrefix(state, "!")
		pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(want), `\*`, `.*`) + "$")
		found := 0
		for name, shown := range taken {
			if !pattern.MatchString(name) || !pathOf(sh.route).MatchString(shown.path) {
				continue
			}
			found++
			known[name] = true
			langs[shown.lang] = true
			if !slices.Contains(strings.Fields(sh.sizes), shown.size) {
				out = append(out, fmt.Sprintf("%s: %s is no size of %s", name, shown.size, sh.route))
			}
			if !shown.checked && !old {
				out = append(out, name+": photographed and not looked at")
			}
		}
		if found == 0 {
			out = append(out, fmt.Sprintf("%s: no photograph of %s", state, sh.route))
		}
	}
	// A television and a counter's sign show both languages at once.
	if !strings.HasPrefix(sh.sizes, "1920x1080") && !strings.HasPrefix(sh.sizes, "480x320") && (!langs["id"] || !langs["en"]) {
		out = append(out, fmt.Sprintf("%s: photographed in %v alone", sh.route, slices.Sorted(maps.Keys(langs))))
	}
	return out
}

// pathOf is a route as the addresses that it answers; whatever is refused is
// answered by the page of refusals.
func pathOf(route string) *regexp.Regexp {
	_, path, page := strings.Cut(route, " ")
	if !page {
		return regexp.MustCompile(".")
	}
	path = strings.TrimSuffix(path, "{$}")
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + "$")
}

// pagesWithoutASheet are routes that show something and were forgotten.
func pagesWithoutASheet() (out []string) {
	raw, err := os.ReadFile("../../../display/testdata/routes.txt")
	if err != nil {
		return []string{err.Error()}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		_, route, _ := strings.Cut(line, ": ")
		if !strings.HasPrefix(route, "GET ") || strings.HasPrefix(route, "GET /api/") || slices.Contains(strings.Split(noPages, "|"), route) {
			continue
		}
		if !slices.ContainsFunc(sheets(), func(sh sheet) bool { return sh.route == route }) {
			out = append(out, route+" is a page without a sheet")
		}
	}
	return out
}
