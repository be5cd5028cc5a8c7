package admin

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures that may be uploaded
	_ "image/png"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"antre/display/site"
	"antre/display/view"
	"antre/queue/store"
)

const (
	uploadPatience = 15 * time.Minute // a film over a slow Wi-Fi
	lookAhead      = 1 << 20          // bytes in which a picture says how large it is
	pictureSeconds = 10
)

// mediaRow is a picture or video as the list shows it.
type mediaRow struct {
	store.Media
	URL, Where, Size string
	Picture          bool
}

func (s *Room) mediaRow(m store.Media, lang string) mediaRow {
	return mediaRow{Media: m, URL: view.MediaURL(m), Where: s.ZonePlace(m.Zone, lang), Picture: strings.HasPrefix(m.Type, "image/"),
		Size: strings.Replace(sizeText(m.Size), ".", s.Text(lang, "media.point"), 1)}
}

func sizeText(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%d KB", (bytes+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

// showMedia lists what screens show beside the numbers, with the form for more.
func (s *Room) showMedia(w http.ResponseWriter, r *http.Request) error {
	return s.mediaPage(w, r, http.StatusOK, store.Media{Seconds: pictureSeconds}, nil)
}

func (s *Room) mediaPage(w http.ResponseWriter, r *http.Request, status int, m store.Media, wrong *site.Refusal) error {
	lang, rows := s.PageLang(w, r), []mediaRow{}
	for _, one := range s.Store.Catalog().Media {
		rows = append(rows, s.mediaRow(one, lang))
	}
	page := s.mediaForm(m, lang, wrong)
	page["Rows"] = rows
	return s.render(w, r, status, "admin-media.html", "admin.title", page)
}

// mediaForm is what the form of one of the media needs.
func (s *Room) mediaForm(m store.Media, lang string, wrong *site.Refusal) map[string]any {
	page := map[string]any{"Media": m, "Zones": s.zoneOptions(lang), "Most": store.MaxMediaSeconds, "MB": store.MaxMedia >> 20}
	sayWrong(page, wrong, lang)
	return page
}

// addMedia takes a picture or a video as it comes: it is never held whole.
func (s *Room) addMedia(w http.ResponseWriter, r *http.Request) error {
	by, err := s.by(r)
	if err != nil {
		return err
	}
	patient := http.NewResponseController(w)
	_, _ = patient.SetReadDeadline(time.Now().Add(uploadPatience)), patient.SetWriteDeadline(time.Now().Add(uploadPatience))
	m, content, err := readUpload(r)
	if err == nil {
		_, err = s.Store.AddMedia(r.Context(), by, m, content)
	}
	if err == nil {
		return saved(w, r, "/admin/media")
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	// A browser reads an answer only when all that it sends has been taken.
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 4*store.MaxMedia))
	return s.mediaPage(w, r, refusal.Status, m, refusal)
}

// readUpload reads the form's fields up to the file, which comes last.
func readUpload(r *http.Request) (m store.Media, content io.Reader, err error) {
	m.Seconds = pictureSeconds
	form, err := r.MultipartReader()
	for err == nil {
		var part *multipart.Part
		if part, err = form.NextPart(); err != nil {
			break
		}
		if part.FormName() == "file" {
			content, m.Type, err = lookAt(part)
			return m, content, err
		}
		var value []byte
		if value, err = io.ReadAll(io.LimitReader(part, 1<<10)); err == nil {
			typed(&m, part.FormName(), string(value))
		}
	}
	if errors.Is(err, io.EOF) {
		return m, nil, noFile()
	}
	return m, nil, site.Refuse(http.StatusBadRequest, "bad_form", "Formulir tidak terbaca.", "The form could not be read.")
}

func typed(m *store.Media, field, value string) {
	switch field {
	case "name":
		m.Name = value
	case "zone":
		m.Zone = value
	case "seconds":
		m.Seconds, _ = strconv.Atoi(strings.TrimSpace(value)) // no number is 0, which is refused
	}
}

func noFile() error {
	return atFile(site.Refuse(http.StatusUnprocessableEntity, "missing_field", "Pilih berkas gambar atau video.", "Choose a picture or a video."))
}

func atFile(r *site.Refusal) error {
	r.Field = "file"
	return r
}

// lookAt says what a file is by its content, not by its name.
func lookAt(file io.Reader) (content io.Reader, kind string, err error) {
	ahead := bufio.NewReaderSize(file, lookAhead)
	head, err := ahead.Peek(lookAhead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", notWhole()
	}
	if len(head) == 0 {
		return nil, "", noFile()
	}
	kind = http.DetectContentType(head)
	if !slices.Contains([]string{"image/png", "image/jpeg", "video/mp4", "video/webm"}, kind) {
		return nil, "", atFile(site.Refuse(http.StatusUnprocessableEntity, "bad_type", "Hanya PNG, JPEG, MP4 (H.264) atau WebM. Simpan ulang berkasnya dalam salah satu bentuk itu.",
			"Only PNG, JPEG, MP4 (H.264) or WebM. Save the file as one of these."))
	}
	if strings.HasPrefix(kind, "image/") {
		size, _, err := image.DecodeConfig(bytes.NewReader(head))
		if err != nil || size.Width > maxSide || size.Height > maxSide {
			return nil, "", atFile(site.Refuse(http.StatusUnprocessableEntity, "bad_picture", "Gambar rusak, atau lebih dari 4096 piksel. Simpan ulang, misalnya 1280 × 720.",
				"The picture is damaged or over 4096 pixels. Save it anew, such as 1280 × 720."))
		}
	}
	content = whole{from: ahead}
	if kind == "video/mp4" {
		content = whole{ahead, &boxes{}}
	}
	return content, kind, nil
}

// mediaItem finds what the path names.
func (s *Room) mediaItem(r *http.Request) (store.Media, error) {
	id, _ := strconv.ParseInt(r.PathValue("media"), 10, 64) // no number is the item 0, which there is not
	return s.Store.Catalog().MediaItem(id)
}

func (s *Room) showMediaItem(w http.ResponseWriter, r *http.Request) error {
	m, err := s.mediaItem(r)
	if err != nil {
		return err
	}
	return s.mediaItemPage(w, r, http.StatusOK, m, nil)
}

func (s *Room) mediaItemPage(w http.ResponseWriter, r *http.Request, status int, m store.Media, wrong *site.Refusal) error {
	lang := s.PageLang(w, r)
	page := s.mediaForm(m, lang, wrong)
	page["Row"] = s.mediaRow(m, lang)
	return s.render(w, r, status, "admin-media-item.html", "admin.title", page)
}

// saveMediaItem changes, moves or removes one of the media.
func (s *Room) saveMediaItem(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	m, err := s.mediaItem(r)
	if err != nil {
		return err
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	switch r.PostForm.Get("do") {
	case "remove":
		err = s.Store.RemoveMedia(r.Context(), by, m.ID)
	case "up":
		err = s.Store.MoveMedia(r.Context(), by, m.ID, -1)
	case "down":
		err = s.Store.MoveMedia(r.Context(), by, m.ID, 1)
	default:
		for _, field := range []string{"name", "zone", "seconds"} {
			typed(&m, field, r.PostForm.Get(field))
		}
		err = s.Store.ChangeMedia(r.Context(), by, m)
	}
	if err == nil {
		return saved(w, r, "/admin/media")
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return s.mediaItemPage(w, r, refusal.Status, m, refusal)
}
