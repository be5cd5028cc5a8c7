package printer

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"rsc.io/qr"
)

// sheet is a page being drawn, from the top down. All lengths are millimetres.
type sheet struct {
	pdf    *fpdf.Fpdf
	encode func(string) string
	left   float64
	width  float64 // printable
	scale  float64 // of type, against the 80 mm roll
	y      float64
}

// size gives a paper's width, its printable width (72 of 80 mm and 48 of 58 mm
// at 203 dpi) and its height; 0 is as long as the slip.
func (p Paper) size() (width, printable, height, scale float64) {
	switch p {
	case Paper58:
		return 58, 48, 0, 0.72
	case PaperA6:
		return 105, 89, 148, 1.0
	}
	return 80, 72, 0, 1
}

// PDF writes a slip: real text, the same bytes for the same slip. It draws
// once to learn how long the roll must be, and once more on that length.
func PDF(w io.Writer, s Slip, p Paper) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("draw the slip: %v", r)
		}
	}()
	s = s.printable()
	width, _, height, _ := p.size()
	if height == 0 {
		height = draw(s, p, width, 1000).y + 4
	}
	var out bytes.Buffer // a slip that fails half-way must not be half printed
	if err := draw(s, p, width, height).pdf.Output(&out); err != nil {
		return fmt.Errorf("draw the slip: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

func (s Slip) printable() Slip {
	for _, text := range []*string{&s.Mall, &s.Agency, &s.Service, &s.Code, &s.Zone, &s.Directions, &s.Footer, &s.Wifi} {
		*text = printable(*text)
	}
	s.Requirements, s.Stops = allPrintable(s.Requirements), allPrintable(s.Stops)
	return s
}

func allPrintable(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = printable(text)
	}
	return out
}

// latin says whether a core font has every letter of the slip.
func (s Slip) latin() bool {
	enc := charmap.Windows1252.NewEncoder()
	all := []string{s.Mall, s.Agency, s.Service, s.Zone, s.Directions, s.Footer, s.Wifi}
	for _, text := range append(append(all, s.Requirements...), s.Stops...) {
		if _, err := enc.String(text); err != nil {
			return false
		}
	}
	return true
}

func newSheet(s Slip, p Paper, width, height float64) *sheet {
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: width, Ht: height}})
	pdf.SetCompression(false)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.IssuedAt.UTC())
	pdf.SetModificationDate(s.IssuedAt.UTC())
	pdf.SetTitle(s.Code, true)
	pdf.SetLang(s.Lang)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	_, printable, _, scale := p.size()
	sh := &sheet{pdf: pdf, left: (width - printable) / 2, width: printable, scale: scale, y: 5}
	if s.latin() {
		sh.encode = pdf.UnicodeTranslatorFromDescriptor("") // cp1252
		pdf.AddPage()
		return sh
	}
	pdf.AddUTF8FontFromBytes("Helvetica", "", liberationsansregular.TTF)
	pdf.AddUTF8FontFromBytes("Helvetica", "B", liberationsansbold.TTF)
	sh.encode = func(text string) string { return text }
	pdf.AddPage()
	return sh
}

// draw puts everything on a page of this length; y is then where it ends.
func draw(s Slip, p Paper, width, height float64) *sheet {
	sh, w := newSheet(s, p, width, height), wordsOf(s.Lang)
	sh.logo(s.Logo)
	sh.text("B", 12, s.Mall)
	sh.rule()
	sh.text("B", 11, s.Agency)
	sh.text("", 10.5, s.Service)
	sh.gap(2)
	sh.text("", 9, w.number)
	sh.number(s.Code)
	sh.gap(1)
	sh.text("", 9.5, s.date(w)+" \u00b7 "+s.clock(w))
	sh.gap(1.5)
	sh.text("B", 10.5, fmt.Sprintf("%s: %d%s", w.ahead, s.Ahead, w.people))
	if s.WaitKnown {
		sh.text("", 9.5, s.waitLine(w))
	}
	if s.place() != "" {
		sh.gap(1.5)
		sh.text("B", 10, s.place())
	}
	sh.list(w.stops, s.Stops)
	sh.list(w.bring, s.Requirements)
	if s.URL != "" {
		sh.gap(2)
		sh.codes(s, w)
	}
	sh.rule()
	sh.text("B", 9.5, w.valid)
	if s.Footer != "" {
		sh.text("", 9, s.Footer)
	}
	return sh
}

// list writes what belongs under one word, or nothing.
func (sh *sheet) list(title string, items []string) {
	for i, item := range items {
		if i == 0 {
			sh.gap(1.5)
			sh.text("", 9, title+":")
		}
		sh.text("", 9, "\u2022 "+item)
	}
}

func (sh *sheet) gap(mm float64) { sh.y += mm * sh.scale }

func (sh *sheet) rule() {
	sh.gap(1.5)
	sh.pdf.SetLineWidth(0.25)
	sh.pdf.Line(sh.left, sh.y, sh.left+sh.width, sh.y)
	sh.gap(1.5)
}

const mmPerPoint = 25.4 / 72

// text writes centred lines, broken where words end so that nothing is cut off.
func (sh *sheet) text(style string, points float64, text string) {
	if text == "" {
		return
	}
	points = max(points*sh.scale, 7.5) // smaller is lost on thermal paper
	sh.pdf.SetFont("Helvetica", style, points)
	sh.pdf.SetXY(sh.left, sh.y)
	sh.pdf.MultiCell(sh.width, points*mmPerPoint*1.25, sh.encode(text), "", "C", false)
	sh.y = sh.pdf.GetY()
}

// The big number: cap height of Helvetica bold over its size (Adobe's metrics).
const capHeight = 0.72

// number writes the code as large as the width allows, with air around it.
func (sh *sheet) number(code string) {
	const largest = 88.0
	sh.pdf.SetFont("Helvetica", "B", 100)
	points := min(largest*sh.scale, 100*sh.width/sh.pdf.GetStringWidth(sh.encode(code)))
	sh.pdf.SetFont("Helvetica", "B", points)
	height := points * mmPerPoint * capHeight
	sh.gap(2.5)
	x := sh.left + (sh.width-sh.pdf.GetStringWidth(sh.encode(code)))/2
	sh.pdf.Text(x, sh.y+height, sh.encode(code))
	sh.y += height
	sh.gap(3)
}

// codes are the way to the visitor's page: its QR code, and before it that of
// the guests' network where a phone needs it.
func (sh *sheet) codes(s Slip, w words) {
	if s.Wifi == "" {
		sh.qr(s.URL, 0, 1)
		sh.text("", 8.5, w.track)
		return
	}
	top := sh.y
	sh.qr(s.WifiCode, -1, 0.5)
	first := sh.y
	sh.y = top
	sh.qr(s.URL, 1, 0.5)
	sh.y = max(first, sh.y)
	sh.text("", 8.5, "1. "+w.wifi+": "+s.Wifi)
	sh.text("", 8.5, "2. "+w.track)
}

// qr draws the code as black rectangles, one for each run in a row: a printer
// never smooths what it does not know to be a picture.
// It stands in the middle, or left (-1) or right (1) of it, in a share of the width.
func (sh *sheet) qr(text string, side float64, share float64) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return // longer than a QR code holds; the number above still counts
	}
	const quiet = 4
	module := min(0.75*sh.scale, sh.width*share/float64(code.Size+2*quiet))
	size := module * float64(code.Size)
	left, top := sh.left+(sh.width-size)/2+side*sh.width*(1-share)/2, sh.y+quiet*module/2
	sh.pdf.SetFillColor(0, 0, 0)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				sh.pdf.Rect(left+float64(x)*module, top+float64(y)*module, float64(run)*module, module, "F")
				x += run
			}
		}
	}
	sh.y = top + size + quiet*module/2
}
