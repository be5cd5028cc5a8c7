package printer

import (
	"bytes"
	"image"
	"image/color"
	paint "image/draw"
	_ "image/jpeg" // what a logo may be
	"image/png"

	"github.com/go-pdf/fpdf"
)

// logoHeight is that of a logo on the 80 mm roll, in millimetres, and
// logoShare how much of the width it may take.
const (
	logoHeight = 14.0
	logoShare  = 0.8
)

// logo puts the mall's logo above its name. One that cannot be read is left
// out: a visitor without a slip is worse off than a slip without a logo.
func (sh *sheet) logo(file []byte) {
	grey, size, err := onPaper(file)
	if err != nil {
		return
	}
	height := logoHeight * sh.scale
	width := height * float64(size.X) / float64(size.Y)
	if most := sh.width * logoShare; width > most {
		height, width = height*most/width, most
	}
	how := fpdf.ImageOptions{ImageType: "PNG"}
	sh.pdf.RegisterImageOptionsReader("logo", how, bytes.NewReader(grey))
	sh.pdf.ImageOptions("logo", sh.left+(sh.width-width)/2, sh.y, width, height, false, how, 0, "")
	sh.y += height
	sh.gap(1.5)
}

// onPaper is a picture in grey on white, as a printer without colours has it.
func onPaper(file []byte) (grey []byte, size image.Point, err error) {
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, size, err
	}
	b := picture.Bounds()
	page := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	paint.Draw(page, page.Bounds(), image.NewUniform(color.White), image.Point{}, paint.Src)
	paint.Draw(page, page.Bounds(), picture, b.Min, paint.Over)
	var out bytes.Buffer
	err = png.Encode(&out, page)
	return out.Bytes(), b.Size(), err
}
