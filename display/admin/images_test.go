package admin

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"antre/display/site"
)

func flat(width, height int, c color.Color) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.Set(x, y, c)
		}
	}
	return p
}

func asPNG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFitImage_refusesWhatIsNoPictureToShow(t *testing.T) {
	var asGIF bytes.Buffer
	if err := gif.Encode(&asGIF, flat(4, 4, color.Black), nil); err != nil {
		t.Fatal(err)
	}
	whole := asPNG(t, flat(40, 40, color.Black))
	for name, test := range map[string]struct {
		file []byte
		code string
	}{
		"nothing":        {nil, "missing_field"},
		"a drawing":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "not_image"},
		"a GIF":          {asGIF.Bytes(), "not_image"},
		"a page":         {[]byte("<!DOCTYPE html><html>"), "not_image"},
		"half a picture": {whole[:len(whole)/2], "not_image"},
		"too wide":       {asPNG(t, image.NewGray(image.Rect(0, 0, maxSide+1, 1))), "too_many_pixels"},
	} {
		if _, err := fitImage(test.file); err == nil || site.Judge(err).Code != test.code {
			t.Errorf("%s: %v, want %s", name, err, test.code)
		}
	}
}

func TestFitImage_keepsPixelsAloneNoLargerThanShown(t *testing.T) {
	red := color.RGBA{R: 0xC0, A: 0xFF}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, flat(2000, 1000, red), nil); err != nil {
		t.Fatal(err)
	}
	hidden := append(asPNG(t, flat(30, 20, red)), "<script>hidden</script>"...)
	for name, test := range map[string]struct {
		file          []byte
		kind          string
		width, height int
	}{
		"a photograph": {photo.Bytes(), "image/jpeg", 512, 256}, "something behind it": {hidden, "image/png", 30, 20},
	} {
		kept, err := fitImage(test.file)
		if err != nil {
			t.Fatal(name, err)
		}
		p, kind, err := image.Decode(bytes.NewReader(kept.Content))
		if err != nil || kept.Type != test.kind || "image/"+kind != test.kind || p.Bounds().Dx() != test.width || p.Bounds().Dy() != test.height {
			t.Errorf("%s: %s %s %v %v", name, kept.Type, kind, p.Bounds(), err)
		}
		if bytes.Contains(kept.Content, []byte("script")) || len(kept.SHA) != 64 {
			t.Errorf("%s: what was hidden was kept, or %q", name, kept.SHA)
		}
		if r, g, _, _ := p.At(5, 5).RGBA(); r>>8 < 0xB8 || r>>8 > 0xC8 || g>>8 > 8 {
			t.Errorf("%s: the colour is %x %x", name, r>>8, g>>8)
		}
	}
}

// What is clear stays clear: a logo without a background has none afterwards.
func TestFitImage_keepsWhatIsClear(t *testing.T) {
	kept, err := fitImage(asPNG(t, image.NewRGBA(image.Rect(0, 0, 1000, 1000))))
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(kept.Content))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, a := p.At(100, 100).RGBA(); a != 0 {
		t.Errorf("alpha %x", a)
	}
}
