package admin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// Limits of a picture: of the file, of what it may unfold to in memory, and of
// what is kept, which is as large as any screen or slip shows it.
const (
	maxImage = 512 << 10
	maxSide  = 4096
	keptSide = 512
	jpegKept = 88 // quality
)

// imageOf is the picture that the path names, and where its form was opened.
func (s *Room) imageOf(r *http.Request, lang string) (name, title, back string, err error) {
	name = r.PathValue("name")
	if name == queue.LogoImage {
		return name, s.Text(lang, "admin.logo"), "/admin/mall", nil
	}
	for _, a := range s.Store.Catalog().Mall.Agencies {
		if name == queue.AgencyImage(a.Code) {
			return name, a.Name.In(lang), "/admin/parts/agencies/" + a.Code, nil
		}
	}
	return name, "", "", site.Refuse(http.StatusNotFound, "unknown_image", "Gambar ini tidak ada.", "There is no such picture.")
}

func (s *Room) showImage(w http.ResponseWriter, r *http.Request) error {
	return s.imagePage(w, r, http.StatusOK, "")
}

func (s *Room) imagePage(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	name, title, back, err := s.imageOf(r, s.PageLang(w, r))
	if err != nil {
		return err
	}
	return s.render(w, r, status, "admin-image.html", "admin.title", map[string]any{
		"Heading": title, "Back": back, "Logo": name == queue.LogoImage, "Picture": site.ImageURL(s.Store.Catalog(), name), "Error": wrong})
}

// saveImage puts a picture in its place, or takes it away.
func (s *Room) saveImage(w http.ResponseWriter, r *http.Request) error {
	name, _, _, err := s.imageOf(r, "id")
	if err != nil {
		return err
	}
	file, err := readImage(w, r)
	if err != nil {
		return s.wrongImage(w, r, err)
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("do") == "remove" {
		err = s.Store.RemoveImage(r.Context(), by, name)
	} else {
		var picture store.Image
		if picture, err = fitImage(file); err == nil {
			picture.Name = name
			err = s.Store.PutImage(r.Context(), by, picture)
		}
	}
	if err != nil {
		return s.wrongImage(w, r, err)
	}
	return saved(w, r, "/admin/images/"+name)
}

func (s *Room) wrongImage(w http.ResponseWriter, r *http.Request, err error) error {
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return s.imagePage(w, r, refusal.Status, refusal.Detail.In(s.PageLang(w, r)))
}

// readImage reads the file of a form, nothing when none was chosen.
func readImage(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	const aroundIt = 4 << 10 // of the form
	bad := site.Refuse(http.StatusRequestEntityTooLarge, "too_large", "Gambar tidak terbaca atau lebih dari 512 KB. Perkecil dahulu.",
		"The picture could not be read or is over 512 KB. Make it smaller first.")
	r.Body = http.MaxBytesReader(w, r.Body, maxImage+aroundIt)
	if err := r.ParseMultipartForm(maxImage + aroundIt); err != nil {
		return nil, bad
	}
	file, _, err := r.FormFile("picture")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	} else if err != nil {
		return nil, bad
	}
	defer func() { _ = file.Close() }()
	b, err := io.ReadAll(file)
	if err != nil || len(b) > maxImage {
		return nil, bad
	}
	return b, nil
}

// fitImage makes a picture what is kept: drawn anew, so that nothing is served
// but pixels, and no larger than it is ever shown.
func fitImage(file []byte) (kept store.Image, err error) {
	if len(file) == 0 {
		return kept, site.Refuse(http.StatusUnprocessableEntity, "missing_field", "Pilih berkas gambar (PNG atau JPEG).", "Choose a picture (PNG or JPEG).")
	}
	notOne := site.Refuse(http.StatusUnprocessableEntity, "not_image", "Bukan gambar PNG atau JPEG. SVG dan format lain tidak diterima.", "Not a PNG or JPEG picture. SVG and other formats are not taken.")
	decode, size := png.Decode, png.DecodeConfig
	kept.Type = http.DetectContentType(file)
	switch kept.Type {
	case "image/png":
	case "image/jpeg":
		decode, size = jpeg.Decode, jpeg.DecodeConfig
	default:
		return kept, notOne
	}
	// The size comes first: a small file may unfold to gigabytes.
	c, err := size(bytes.NewReader(file))
	if err != nil {
		return kept, notOne
	}
	if c.Width > maxSide || c.Height > maxSide {
		return kept, site.Refuse(http.StatusUnprocessableEntity, "too_many_pixels", "Sisi gambar paling banyak 4096 piksel. Perkecil dahulu.", "A picture has at most 4096 pixels a side. Make it smaller first.")
	}
	decoded, err := decode(bytes.NewReader(file))
	picture, ok := decoded.(image.RGBA64Image) // as all are that PNG and JPEG unfold to
	if err != nil || !ok {
		return kept, notOne
	}
	kept.Content, err = encoded(shrunk(picture), kept.Type)
	sum := sha256.Sum256(kept.Content)
	kept.SHA = hex.EncodeToString(sum[:])
	return kept, err
}

func encoded(picture image.Image, kind string) ([]byte, error) {
	var out bytes.Buffer
	if kind == "image/jpeg" {
		err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: jpegKept})
		return out.Bytes(), err
	}
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}

// shrunk makes a picture that is larger than it is kept smaller: each point is
// the mean of those that it stands for.
func shrunk(from image.RGBA64Image) image.Image {
	b := from.Bounds()
	largest := max(b.Dx(), b.Dy())
	width, height := b.Dx(), b.Dy()
	if largest > keptSide {
		width, height = max(1, b.Dx()*keptSide/largest), max(1, b.Dy()*keptSide/largest)
	}
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			to.SetRGBA64(x, y, mean(from, image.Rect(b.Min.X+x*b.Dx()/width, b.Min.Y+y*b.Dy()/height, b.Min.X+(x+1)*b.Dx()/width, b.Min.Y+(y+1)*b.Dy()/height)))
		}
	}
	return to
}

func mean(from image.RGBA64Image, of image.Rectangle) color.RGBA64 {
	var sum [4]uint64
	n := uint64(of.Dx() * of.Dy()) //nolint:gosec // at least one point
	for y := of.Min.Y; y < of.Max.Y; y++ {
		for x := of.Min.X; x < of.Max.X; x++ {
			c := from.RGBA64At(x, y)
			for i, v := range [4]uint16{c.R, c.G, c.B, c.A} {
				sum[i] += uint64(v)
			}
		}
	}
	part := func(i int) uint16 { return uint16(sum[i] / n) } //nolint:gosec // a mean of 16-bit values
	return color.RGBA64{R: part(0), G: part(1), B: part(2), A: part(3)}
}
