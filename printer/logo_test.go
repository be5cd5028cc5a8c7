package printer_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"antre/printer"
)

// ring is a coloured picture with nothing in its corners.
func ring(width, height int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			if dx, dy := 2*x-width, 2*y-height; dx*dx*height*height+dy*dy*width*width < width*width*height*height {
				p.Set(x, y, color.RGBA{R: 0xC0, G: 0x20, B: 0x40, A: 0xFF})
			}
		}
	}
	return p
}

func TestPDF_carriesTheLogoAboveTheMallsName(t *testing.T) {
	var asPNG, asJPEG bytes.Buffer
	if err := png.Encode(&asPNG, ring(200, 100)); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, ring(100, 500), nil); err != nil {
		t.Fatal(err)
	}
	for _, paper := range []printer.Paper{printer.Paper80, printer.Paper58, printer.PaperA6} {
		for name, file := range map[string][]byte{"a PNG": asPNG.Bytes(), "a JPEG": asJPEG.Bytes()} {
			s := slip("id")
			s.Logo = file
			pdf := render(t, s, paper)
			if !bytes.Equal(pdf, render(t, s, paper)) {
				t.Errorf("%s on %s: the same slip gives other bytes", name, paper)
			}
			if pictures := read(t, pdf, "pdfimages", "-list", "FILE"); !strings.Contains(pictures, "gray") {
				t.Errorf("%s on %s: %s", name, paper, pictures)
			}
			if text := read(t, pdf, "pdftotext", "FILE", "-"); !strings.Contains(text, "MPP Kabupaten") || !strings.Contains(text, "A-007") {
				t.Errorf("%s on %s: %s", name, paper, text)
			}
		}
	}
}

// A slip comes out whatever stands where the logo should.
func TestPDF_leavesOutALogoThatIsNone(t *testing.T) {
	s := slip("id")
	s.Logo = []byte("no picture")
	if !bytes.Equal(render(t, s, printer.Paper80), render(t, slip("id"), printer.Paper80)) {
		t.Error("the slip is not the one without a logo")
	}
}
