package display

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// newerThan53 are the names and forms that Chromium 53, the engine of sets of
// 2018, does not know yet, each with the version that brought it. Syntax is
// checked by es-check; this is what a parser accepts and an engine does not.
func newerThan53() map[string]map[string]string {
	return map[string]map[string]string{
		".js": {
			`Object\.(entries|values|getOwnPropertyDescriptors)\b`: "54", `Object\.fromEntries\b`: "73", `\.pad(Start|End)\(`: "57", `\.(flat|flatMap)\(`: "69", `\.(matchAll|replaceAll)\(`: "73",
			`\.(append|prepend|before|after|replaceWith)\(`: "54", `\.replaceChildren\(`: "86", `\.finally\(`: "63", `\bAbortController\b`: "66", `\bResizeObserver\b`: "64",
			`\bqueueMicrotask\b`: "71", `\bglobalThis\b`: "71", `\.toggleAttribute\(`: "69", `\bstructuredClone\b`: "98", `\.at\(-`: "92", `\bPromise\.(allSettled|any)\b`: "76",
			`\.(showModal|showPopover)\(`: "none here", `\bBroadcastChannel\b`: "54", `\bcrypto\.randomUUID\b`: "92", `\bfetch\(.*signal`: "66",
		},
		".css": {
			`display:\s*(grid|inline-grid|contents|flow-root)`: "57", `(^|[\s;{])(row-|column-)?gap:`: "84 with flexbox", `\b(min|max|clamp)\(`: "79", `(^|[\s;{])inset:`: "87", `aspect-ratio:`: "88",
			`:focus-(visible|within)`: "60", `:(is|where|has)\(`: "88", `position:\s*sticky`: "56", `text-underline-offset`: "87", `overscroll-behavior`: "63", `place-(items|content|self)`: "59",
			`#[0-9a-fA-F]{8}\b`: "62", `accent-color`: "93", `@supports not selector`: "83",
		},
	}
}

// TestScreens_useNothingNewerThanTheirEngine reads all that a television loads.
func TestScreens_useNothingNewerThanTheirEngine(t *testing.T) {
	read := 0
	for ext, forbidden := range newerThan53() {
		files, err := fs.Glob(embedded, "web/*"+ext)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			base := path.Base(name)
			if !strings.HasPrefix(base, "tv") && !strings.HasPrefix(base, "pair.") && base != "servers.js" && base != "device.js" {
				continue
			}
			read++
			content, err := fs.ReadFile(embedded, name)
			if err != nil {
				t.Fatal(err)
			}
			for form, since := range forbidden {
				if found := regexp.MustCompile(`(?m)` + form).FindString(string(content)); found != "" {
					t.Errorf("%s: %q needs Chromium %s, and sets of 2018 have 53", base, strings.TrimSpace(found), since)
				}
			}
		}
	}
	if read < 9 {
		t.Errorf("only %d files of the screens were found", read)
	}
}
