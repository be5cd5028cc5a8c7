package admin

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"antre/display/site"
	"antre/queue"
)

// maxFile is the largest mall file: what queue reads, and what surrounds it in a form.
const maxFile = 1<<20 + 4<<10

func (s *Room) showFile(w http.ResponseWriter, r *http.Request) error {
	return s.filePage(w, r, http.StatusOK, map[string]any{})
}

func (s *Room) filePage(w http.ResponseWriter, r *http.Request, status int, page map[string]any) error {
	for _, name := range []string{"Faults", "Changes", "Text", "Error", "Revision"} {
		if _, there := page[name]; !there {
			page[name] = nil
		}
	}
	return s.render(w, r, status, "admin-file.html", "admin.title", page)
}

// download is the definition in force as a mall file.
func (s *Room) download(w http.ResponseWriter, r *http.Request) error {
	mall := s.Store.Catalog().Mall
	if mall.Settings.Name == "" {
		return queue.Refuse(queue.Conflict, "no_mall", "Belum ada data mal untuk diunduh.").English("There is no mall to download yet.")
	}
	file, err := queue.FormatMall(&mall)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="mall.yaml"`)
	_, _ = w.Write(file)
	return nil
}

// takeFile shows what a file would change; the same file, sent again with its
// text and the revision that was shown, is then put in force.
func (s *Room) takeFile(w http.ResponseWriter, r *http.Request) error {
	text, err := readFile(w, r)
	if err != nil {
		return err
	}
	lang := s.PageLang(w, r)
	mall, err := queue.ParseMall([]byte(text))
	if err != nil {
		return s.filePage(w, r, http.StatusUnprocessableEntity, map[string]any{"Faults": fileFaults(err, lang), "Text": text})
	}
	c := s.Store.Catalog()
	if r.PostForm.Get("do") != "apply" {
		changes := queue.Changes(&c.Mall, mall)
		page := map[string]any{"Changes": changes, "Text": text, "Revision": c.Revision(), "Preview": true}
		if mall.Settings.PriorityRunLimit() == queue.UnlimitedRun {
			page["Note"] = s.Text(lang, "admin.unlimited")
		}
		return s.filePage(w, r, http.StatusOK, page)
	}
	by, err := s.by(r)
	if err == nil {
		err = s.Store.ImportOver(r.Context(), by, mall, r.PostForm.Get("revision"))
	}
	if err != nil {
		refusal := site.Mistake(err)
		if refusal == nil {
			return err
		}
		return s.filePage(w, r, refusal.Status, map[string]any{"Error": refusal.Detail.In(lang), "Text": text})
	}
	return saved(w, r, "/admin/file")
}

// readFile takes a file that was uploaded, or the text of one.
func readFile(w http.ResponseWriter, r *http.Request) (string, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile)
	bad := site.Refuse(http.StatusBadRequest, "bad_form", "Berkas tidak terbaca atau lebih dari 1 MB.", "The file could not be read or is over 1 MB.")
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return "", bad
	}
	if file, _, err := r.FormFile("file"); err == nil {
		defer func() { _ = file.Close() }()
		b, err := io.ReadAll(file)
		if err == nil && len(b) > 0 {
			return string(b), nil
		}
	}
	return strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n"), nil
}

// fault is one mistake of a file as the page lists it.
type fault struct {
	Line, Column int
	Field, Text  string
}

func asMallFile(err error) (wrong *queue.MallFileError, ok bool) {
	ok = errors.As(err, &wrong)
	return wrong, ok
}

func fileFaults(err error, lang string) (all []fault) {
	if wrong, ok := asMallFile(err); ok {
		for _, f := range wrong.Faults {
			all = append(all, fault{f.Line, f.Column, f.Field, f.In(lang)})
		}
	}
	return all
}
