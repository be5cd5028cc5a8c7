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
