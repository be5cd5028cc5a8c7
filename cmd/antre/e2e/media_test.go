//go:build e2e || prove

package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// picture is a wide picture of one colour.
func picture(t *testing.T, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for y := range 360 {
		for x := range 640 {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// addMedia sends a file as the administrator's form does, and gives the page.
func (c *caller) addMedia(name, zone, seconds string, file []byte) (status int, page string) {
	c.s.t.Helper()
	return c.sendForm("/admin/media", [][2]string{{"name", name}, {"zone", zone}, {"seconds", seconds}}, "file", file)
}

// film records a second of a moving square and sends it by the open form.
const film = `(function () {
  var c = document.createElement("canvas"), x = c.getContext("2d"), n = 0, parts = [];
  c.width = 320; c.height = 180;
  var draw = setInterval(function () { x.fillStyle = "#005A9C"; x.fillRect(0, 0, 320, 180); x.fillStyle = "#FFD100"; x.fillRect(n++ * 5, 60, 60, 60); }, 40);
  var r = new MediaRecorder(c.captureStream(25), { mimeType: "video/webm" });
  r.ondataavailable = function (e) { parts.push(e.data); };
  r.onstop = function () {
    clearInterval(draw);
    var to = new DataTransfer();
    to.items.add(new File(parts, "film.webm", { type: "video/webm" }));
    document.getElementById("f-file").files = to.files;
    document.getElementById("f-name").value = "Film";
    document.getElementById("f-file").form.requestSubmit();
  };
  r.start();
  setTimeout(function () { r.stop(); }, 1200);
  return 0;
})()`

// Pictures and films stand beside the numbers, in their zone alone, one after
// another; they give way when many are called, and a number keeps its size.
func TestMedia_standsBesideTheNumbersOfItsZone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()), "1")
	boss := s.boss()
	if status, page := boss.addMedia("Catatan", "", "10", []byte("bukan gambar sama sekali")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Hanya PNG, JPEG") {
		t.Errorf("a text was taken for a picture: %d", status)
	}
	if status, _ := boss.addMedia("Jempol", "1", "3", picture(t, color.RGBA{0, 120, 60, 255})); status != http.StatusOK {
		t.Fatalf("a picture: %d", status)
	}
	b, office := newBrowser(t, chromium), newBrowser(t, chromium)
	tv, other := b.open(s.base+"/tv/1", 1920, 1080), newBrowser(t, chromium).open(s.base+"/tv/2", 1920, 1080)
	tv.until("the picture", `document.body.getAttribute("data-media") === "yes" && !!document.querySelector("#media img.seen") && document.querySelector("#media img.seen").naturalWidth === 640`)
	admin := office.open(s.base+"/sign-in", 1366, 768)
	admin.signIn(s, "bos", "/admin/media")
	admin.until("the form", `!!document.getElementById("f-file")`)
	admin.eval(film)
	admin.until("the film in the list", `/saved|tersimpan/.test(location.search) || document.querySelectorAll("table.media tbody tr").length === 2`)
	tv.until("the film plays", `!!document.querySelector("#media video.seen") && document.querySelector("#media video").currentTime > 0.2`)
	tv.until("the picture again", `!!document.querySelector("#media img.seen")`)
	if muted := tv.eval(`document.querySelector("#media video").muted`); muted != true {
		t.Error("the film is not silent")
	}
	other.until("live", `document.body.getAttribute("data-state") === "live"`)
	other.until("the film alone", `!!document.querySelector("#media video.seen") && !document.querySelector("#media img[src]")`)
	if here := admin.eval(`document.querySelector(".side a[aria-current]").textContent`); here != "Gambar dan video" {
		t.Errorf("the way to this page is marked %v", here)
	}
	admin.keep("admin-media")

	officer := s.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	for range 5 {
		_ = s.visitor().ticket("A")
		officer.must("POST", "/api/counters/1/next", nil)
	}
	tv.until("four calls in the list", `document.querySelectorAll(".call").length === 4 && document.querySelector("#media").getBoundingClientRect().height > 200`)
	tv.fitsBeside("media")
	tv.keep("tv-media")
	for range 4 {
		_ = s.visitor().ticket("A")
		officer.must("POST", "/api/counters/1/next", nil)
	}
	tv.until("many are called: the list has the room", `document.body.getAttribute("data-busy") === "yes" && document.querySelectorAll(".call").length > 5 && document.querySelector("#media").getClientRects().length === 0`)
	tv.keep("tv-media-busy")

	admin.tabTo("table.media tbody a")
	admin.press("Enter")
	admin.until("the item", `/media\/\d+/.test(location.pathname) && !!document.querySelector(".danger")`)
	admin.keep("admin-media-item")
	admin.inEnglish("admin-media-item-en")
	admin.tabTo(".danger")
	admin.press("Enter")
	admin.until("one is left", `location.pathname === "/admin/media" && document.querySelectorAll("table.media tbody tr").length === 1`)
	tv.until("it is gone from the screen", `!document.querySelector("#media img[src]") || !document.querySelector("#media img.seen")`)
}

// fitsBeside checks that nothing of the list or the media is over an edge, and
// that a called number in the list has its height: 8.5 % of the screen's.
func (p *page) fitsBeside(where string) {
	p.t.Helper()
	fault := p.eval(`(function(){
		var m=document.querySelector("#media").getBoundingClientRect(),f=document.querySelector("footer").getBoundingClientRect(),out=[];
		if(m.bottom>f.top+1||m.right>innerWidth)out.push("media over the edge");
		[].forEach.call(document.querySelectorAll(".call"),function(c){var r=c.getBoundingClientRect(),size=parseFloat(getComputedStyle(c).fontSize);
			if(r.bottom>m.top+1)out.push("a call under the media");if(c.scrollWidth>c.clientWidth+1)out.push("cut off: "+c.textContent);
			if(size*0.716/innerHeight<0.085)out.push("small: "+size)});
		return out.join(", ")})()`)
	if fault != "" {
		p.t.Errorf("%s: %v", where, fault)
	}
}

// A manager says something on the screens of a zone and turns its sound down or
// off; the list of calls stays, and nobody is told that a silent call was missed.
func TestHall_messageSoundAndSilence(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()), "1")
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala", "--role", "manager", "--password-stdin")
	office := newBrowser(t, chromium)
	tv, other := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1"), newBrowser(t, chromium).open(s.base+"/tv/2", 1920, 1080)
	lobby := newBrowser(t, chromium).open(s.base+"/overview", 1920, 1080)
	hall := office.open(s.base+"/sign-in", 1366, 768)
	hall.goTo(s.base + "/sign-in?next=/hall")
	hall.tabTo("input[name=user]")
	hall.write("kepala")
	hall.tabTo("input[name=password]")
	hall.write(password)
	hall.press("Enter")
	hall.until("three forms", `document.querySelectorAll("form.zone").length === 3`)
	hall.keep("hall")
	hall.zoomed("hall")
	save := func(form int, fields string) {
		t.Helper()
		hall.eval(`window.before = 1; (function (f) {` + fields + `f.querySelector("button").click()})(document.querySelectorAll("form.zone")[` + string(rune('0'+form)) + `])`)
		hall.until("the page after it", `!window.before && document.readyState === "complete" && document.querySelectorAll("form.zone").length === 3`)
	}
	hall.tabTo("form:nth-of-type(2) textarea[lang=id]")
	hall.write("Lift sedang diperbaiki. Gunakan tangga di sebelah kiri.")
	hall.tabTo("form:nth-of-type(2) button[value=save]")
	hall.press("Enter")
	tv.until("the message", `document.body.getAttribute("data-message") === "yes" && document.getElementById("message").getClientRects().length > 0`)
	officer := s.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	number := s.visitor().ticket("A")["code"].(string)
	officer.must("POST", "/api/counters/1/next", nil)
	tv.until("the call beside it", `!!document.querySelector(".call[data-ticket='`+number+`']")`)
	tv.until("the call aloud", `window.heard.length > 0`)
	tv.keep("tv-message")
	if on := other.eval(`document.body.getAttribute("data-message")`); on != "no" {
		t.Error("the other zone has the message too")
	}
	save(0, `f.querySelector("textarea").value = "Latihan evakuasi pukul 10.00. Ikuti petugas berompi hijau.";f.querySelectorAll("textarea")[1].value = "Evacuation drill at 10.00. Follow the staff in green vests.";`)
	other.until("the mall's message", `document.getElementById("message-text").textContent.indexOf("Latihan") === 0 && document.getElementById("message-second").textContent.indexOf("Evacuation") === 0`)
	lobby.until("the mall's message", `document.getElementById("message-text").textContent.indexOf("Latihan") === 0`)
	lobby.keep("overview-message")
	if text := tv.eval(`document.getElementById("message-text").textContent`).(string); !strings.HasPrefix(text, "Lift") {
		t.Errorf("the zone's own message gave way: %q", text)
	}
	hall.keep("hall-message")
	save(1, `f.querySelector("textarea").value = "";`)
	save(0, `f.querySelectorAll("textarea").forEach(function (a) { a.value = ""; });`)
	tv.until("the number again", `document.body.getAttribute("data-message") === "no" && document.querySelector("#now .code").getBoundingClientRect().height > 200`)

	save(1, `f.querySelector("select").value = "40";`)
	tv.until("quieter", `AntreSound.level() === 0.4`)
	save(1, `f.querySelector("input[type=checkbox]").checked = true;`)
	tv.until("silent, and it says so", `AntreSound.level() === 0 && document.getElementById("quiet").getClientRects().length > 0`)
	tv.keep("tv-quiet")
	live := office.open(s.base+"/live", 1366, 768)
	live.until("nobody forgets the silence", `!document.getElementById("hall").hidden && document.getElementById("hall").textContent === "Lantai 1: suara dimatikan."`)
	live.keep("live-hall")
	tv.until("the voice is idle", `window.heard.every(function (h) { return h.to > 0; })`)
	before := tv.eval(`window.heard.length`)
	_ = s.visitor().ticket("A")
	officer.must("POST", "/api/counters/1/next", nil)
	tv.until("the second call is shown", `document.querySelectorAll(".call").length === 2`)
	if after := tv.eval(`window.heard.length`); after != before {
		t.Errorf("a silent zone said something: %v sounds, before %v", after, before)
	}
}

// An old page does not bring back a notice that another manager has taken away.
func TestHall_anOldPageSaysThatItIsOld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()))
	boss := s.boss()
	page := func() (mark string) {
		_, body := boss.text("GET", "/hall")
		_, rest, _ := strings.Cut(body, `name="mark" value="`)
		mark, _, _ = strings.Cut(rest, `"`)
		return mark
	}
	post := func(mark, do, text string) int {
		status, _ := boss.form("/hall", url.Values{"zone": {""}, "mark": {mark}, "do": {do}, "message_id": {text}})
		return status
	}
	first := page()
	if status := post(first, "save", "Evakuasi"); status >= 400 {
		t.Fatal(status)
	}
	stood := page()
	if status := post(stood, "clear", ""); status >= 400 {
		t.Fatal(status)
	}
	if status := post(stood, "save", "Evakuasi"); status != 409 {
		t.Errorf("an old page: %d", status)
	}
	if board := s.visitor().must("GET", "/api/board?zone=1", nil); board["message"] != nil {
		t.Errorf("the screens say %v", board["message"])
	}
}
