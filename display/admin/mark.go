package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"antre/queue"
)

// mark tells what the fields of a form hold from anything else that they could
// hold. A form carries it, so that two administrators are in each other's way
// only where both change the same thing.
func (s *Room) mark(f form, thing any, d *draft) string {
	fields, _ := s.show(f, thing, d, nil, "id")
	sum := sha256.New()
	for _, fd := range fields {
		for _, in := range fd.Inputs {
			_, _ = fmt.Fprintf(sum, "%q %q %q\n", in.Name, in.Value, in.Lang)
		}
		_, _ = fmt.Fprintf(sum, "%q\n", slices.Sorted(maps.Keys(fd.Chosen)))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// checkMark refuses a form that was opened before somebody else changed the
// same thing; mark is that of what is in force.
func checkMark(r *http.Request, mark string) error {
	if r.PostForm.Get("mark") == mark {
		return nil
	}
	return queue.Refuse(queue.Conflict, "part_changed", "Ini baru saja diubah orang lain. Isian Anda masih di bawah: tekan Simpan untuk memakainya, atau muat ulang untuk melihat yang baru.").
		English("Somebody else has just changed this. What you typed is still below: press Save to use it, or load the page again to see the new values.")
}

// whereNow finds a part by its key. One that has only a place may stand at
// another since its form was opened; there it is known by its mark, and a form
// whose part is gone is refused: in its place stands something else.
func (s *Room) whereNow(r *http.Request, l list, d *draft, parts []part, key string) int {
	at := slices.IndexFunc(parts, func(p part) bool { return p.Key == key })
	mark := r.PostForm.Get("mark")
	if !l.placed || mark == "" {
		return at
	}
	same := func(p part) bool { return s.mark(s.formOf(l), p.thing, d) == mark }
	if at >= 0 && same(parts[at]) {
		return at
	}
	return slices.IndexFunc(parts, same)
}
