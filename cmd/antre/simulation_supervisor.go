package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// A supervisor's day, from opening: what is done when.
const (
	raisesAfter  = 70 * time.Minute
	slipAfter    = 80 * time.Minute // somebody has lost theirs
	closesFrom   = 90 * time.Minute
	closesFor    = 30 * time.Minute
	opensAfter   = 105 * time.Minute // earlier than was said
	wishesAfter  = 2 * time.Hour     // officers ask to close
	wishesEvery  = 6                 // one officer in so many
	answersAfter = 3 * time.Minute
	restsFor     = 15 * time.Minute
	supervisor   = "supervisor"
	intern       = "magang"
)

// supervise plays the supervisor and, in the evening of the first day, the
// administrator whose intern leaves.
func (s *simulation) supervise(ctx context.Context) {
	staff, err := s.st.StaffByUsername(ctx, supervisor)
	if err != nil || staff == nil {
		return
	}
	by := store.By{Actor: "staff", StaffID: staff.ID}
	service := s.st.Catalog().Services[0]
	for _, step := range []struct {
		after time.Duration
		do    func()
	}{
		{raisesAfter, func() { s.raiseQuota(ctx, by, service) }},
		{slipAfter, func() { _, _ = s.st.Reprint(ctx, by, queue.TicketCode(service.Code, 1)) }},
		{closesFrom, func() {
			until := s.opening.Add(closesFrom + closesFor)
			_, _ = s.st.CloseService(ctx, by, service.Code, until, queue.Text{"id": "Gangguan jaringan pusat.", "en": "The central network is down."})
		}},
		{opensAfter, func() { _, _ = s.st.OpenService(ctx, by, service.Code, time.Time{}, nil) }},
		{wishesAfter + answersAfter, func() { s.answerWishes(ctx, by) }},
		{wishesAfter + 2*answersAfter, func() { s.answerWishes(ctx, by) }},
		{closesAfter, func() { s.internLeaves(ctx); s.screenBreaks(ctx) }},
	} {
		if !s.clock.until(ctx, s.opening.Add(step.after)) {
			return
		}
		step.do()
	}
}

// raiseQuota gives a fifth more numbers today.
func (s *simulation) raiseQuota(ctx context.Context, by store.By, service *store.Service) {
	if q := service.Quota; q != nil && q.Day != nil {
		_, _ = s.st.SetQuota(ctx, by, service.Code, *q.Day+*q.Day/5)
	}
}

// answerWishes lets every second officer close who asked to.
func (s *simulation) answerWishes(ctx context.Context, by store.By) {
	for _, k := range s.st.Catalog().Counters {
		v, err := s.st.Counter(ctx, k.Code)
		if err == nil && v.CloseRequest != nil && v.CloseRequest.State == "asked" {
			yes := s.every("wish granted", 2)
			note := "Masih banyak yang menunggu"
			if yes {
				note = "Silakan"
			}
			_, _ = s.st.AnswerClose(ctx, by, k.Code, yes, note)
		}
	}
}

// screenBreaks: a television is let in, moves to another place, breaks and is
// taken out; a recording and a picture are tried and taken away.
func (s *simulation) screenBreaks(ctx context.Context) {
	admin := store.By{Actor: "command", Reason: "TV rusak"}
	d, err := s.st.AskDevice(ctx, store.TVDevice)
	if err != nil {
		return
	}
	d.Name = "TV pintu timur"
	if s.st.AcceptDevice(ctx, admin, d) != nil {
		return
	}
	d.Name = "TV pintu barat"
	if s.st.ChangeDevice(ctx, admin, d) == nil {
		_ = s.st.RevokeDevice(ctx, admin, d.ID)
	}
	if s.st.RecordClip(ctx, admin, "id", "percobaan", []byte("RIFF")) == nil {
		_ = s.st.RemoveClip(ctx, admin, "id", "percobaan")
	}
	if s.st.PutImage(ctx, admin, store.Image{Name: "percobaan", Type: "image/png", SHA: "percobaan"}) == nil {
		_ = s.st.RemoveImage(ctx, admin, "percobaan")
	}
	s.hallIsTold(ctx, admin)
}

// hallIsTold: an urgent message stands on the screens for a moment, and a
// picture is tried beside the numbers.
func (s *simulation) hallIsTold(ctx context.Context, admin store.By) {
	now := s.st.Catalog().Screens("")
	told := now
	told.Message = queue.Text{"id": "Listrik padam sebentar. Nomor Anda tetap berlaku.", "en": "A short power cut. Your number stays valid."}
	told.Volume = 90
	if s.st.SetScreens(ctx, admin, "", told) == nil {
		_ = s.st.SetScreens(ctx, admin, "", now)
	}
	m, err := s.st.AddMedia(ctx, admin, store.Media{Name: "Percobaan", Type: "image/png", Seconds: 10}, bytes.NewReader(onePixel()))
	if err == nil && s.st.ChangeMedia(ctx, admin, m) == nil {
		_ = s.st.RemoveMedia(ctx, admin, m.ID)
	}
}

// onePixel is the smallest picture there is.
func onePixel() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1)))
	return b.Bytes()
}

func (s *simulation) internLeaves(ctx context.Context) {
	staff, err := s.st.StaffByUsername(ctx, intern)
	if err != nil || staff == nil || staff.Disabled {
		return
	}
	admin := store.By{Actor: "command", Reason: "Magang selesai"}
	staff.Name += " (magang)"
	if s.st.ChangeStaff(ctx, admin, *staff) == nil && s.st.ResetPassword(ctx, admin, intern, staff.PasswordHash) == nil {
		_ = s.st.DisableStaff(ctx, admin, intern)
	}
}
