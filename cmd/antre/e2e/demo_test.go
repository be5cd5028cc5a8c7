//go:build e2e || prove

package e2e

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestDemo_isAWorkingMall opens what the README's first command promises.
func TestDemo_isAWorkingMall(t *testing.T) {
	t.Parallel()
	base := "http://" + freeAddr(t)
	cmd := exec.Command(binary(t), "demo", "--listen", strings.TrimPrefix(base, "http://"), "--speed", "60")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	secret := ""
	for lines := bufio.NewScanner(out); secret == "" && lines.Scan(); {
		_, secret, _ = strings.Cut(lines.Text(), "password of all: ")
	}
	b := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required")
	p := b.open(base+"/", 1366, 768)
	p.until("the first page", `document.querySelectorAll("a").length > 4`)
	p.goTo(base + "/tv/1")
	p.within(60*time.Second, "a simulated visitor to be called", `document.body.dataset.state === "live" && document.querySelectorAll(".call").length > 0`)
	p.goTo(base + "/kiosk")
	p.until("the kiosk", `document.querySelectorAll(".tile").length === 25`)
	p.signInAt(base, "petugas", secret, "/desk/1")
	p.until("the officer's console", `document.body.dataset.live === "yes"`)
}
