//go:build e2e || prove

package e2e

import (
	"bytes"
	"context"
	le "encoding/binary"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// tone is a WAV of 16 bits as a recorder writes it: so many seconds of one
// note, between silences.
func tone(seconds float64) []byte {
	const rate = 44100
	var sound []byte
	for i := range int(seconds * rate) {
		v := 0.0
		if i > rate/5 && float64(i) < (seconds-0.2)*rate {
			v = 9000 * math.Sin(float64(i)*2*math.Pi*440/rate)
		}
		sound = le.LittleEndian.AppendUint16(sound, uint16(int16(v)))
	}
	b := []byte("RIFF")
	for _, part := range []any{uint32(36 + len(sound)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate * 2), uint16(2), uint16(16), []byte("data"), uint32(len(sound)), sound} {
		b, _ = le.Append(b, le.LittleEndian, part)
	}
	return b
}

// upload sends a recording as the administrator's form does, and gives the page.
func (c *caller) upload(path, do string, file []byte) (status int, page string) {
	c.s.t.Helper()
	return c.sendForm(path, [][2]string{{"do", do}}, "recording", file)
}

// sendForm sends fields, then a file where there is one, as a browser sends
// them, and gives the page.
func (c *caller) sendForm(path string, fields [][2]string, field string, file []byte) (status int, page string) {
	c.s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range fields {
		_ = form.WriteField(f[0], f[1])
	}
	if file != nil {
		part, err := form.CreateFormFile(field, "berkas")
		if err != nil {
			c.s.t.Fatal(err)
		}
		_, _ = part.Write(file)
	}
	_ = form.Close()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.s.base+path, &body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Cookie", c.cookie)
	res, err := c.http.Do(req)
	if err != nil {
		c.s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

// attach chooses a file in a field, as the window of the system would.
func (p *page) attach(selector string, file []byte) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "berkas")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		p.t.Fatal(err)
	}
	root := p.call("DOM.getDocument", nil)["root"].(object)["nodeId"]
	node := p.call("DOM.querySelector", object{"nodeId": root, "selector": selector})["nodeId"]
	p.call("DOM.setFileInputFiles", object{"nodeId": node, "files": []string{path}})
}

// A recording of the mall's own takes a clip's place in every announcement, and
// goes again; what is no recording is refused in words.
func TestClips_aRecordingTakesAClipsPlace(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	boss, visitor := s.boss(), s.visitor()
	_, shipped := visitor.text("GET", "/audio/id/loket.wav")
	_, call := visitor.text("GET", "/audio/id/say?clips=silakan-menuju,loket,3")
	for name, file := range map[string][]byte{"Bukan WAV 16-bit": []byte("ID3 not a wave"), "lebih lama dari 10 detik": tone(11), "Tidak terdengar": tone(0.3), "Pilih berkas": nil} {
		if status, page := boss.upload("/admin/voice/id/loket", "record", file); status != http.StatusUnprocessableEntity || !bytes.Contains([]byte(page), []byte(name)) {
			t.Errorf("%s: %d", name, status)
		}
	}
	if _, now := visitor.text("GET", "/audio/id/loket.wav"); now != shipped {
		t.Error("a refused recording is heard")
	}
	p := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 768)
	p.signIn(s, "bos", "/admin/voice/id/loket")
	p.attach("#f-recording", tone(1))
	p.tabTo("button[value=record]")
	p.press("Enter")
	p.until("the recording in its place", `document.readyState === "complete" && !!document.querySelector(".danger")`)
	_, own := visitor.text("GET", "/audio/id/loket.wav")
	_, changed := visitor.text("GET", "/audio/id/say?clips=silakan-menuju,loket,3")
	if own == shipped || changed == call || len(own) > 2*22050 {
		t.Errorf("the recording is not heard, or its silence was kept: %d bytes", len(own))
	}
	p.goTo(s.base + "/admin/voice/id/loket")
	p.keep("admin-clip")
	p.until("both sounds can be played", `(function () { var all = document.querySelectorAll("audio"); all.forEach(function (a) { if (!a.dataset.asked) { a.dataset.asked = "yes"; a.load(); a.preload = "auto"; } }); return all.length === 2 && all[0].duration > 0 && all[1].duration > all[0].duration; })()`)
	p.goTo(s.base + "/admin/voice")
	p.until("the list", `document.querySelectorAll("table.list b").length === 1`)
	p.keep("admin-voice")
	p.goTo(s.base + "/admin/voice/id/loket")
	p.tabTo(".danger")
	p.press("Enter")
	p.until("the clip as it was shipped", `document.readyState === "complete" && !document.querySelector(".danger")`)
	if _, now := visitor.text("GET", "/audio/id/loket.wav"); now != shipped {
		t.Error("the clip did not come back")
	}
}
