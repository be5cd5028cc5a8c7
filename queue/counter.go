package queue

// CounterState is whether a counter works.
type CounterState string

// Counters start the day closed.
const (
	CounterClosed CounterState = "closed"
	CounterOpen   CounterState = "open"
	CounterPaused CounterState = "paused"
)

// Role is what a member of staff may do.
type Role string

// The roles, from one counter to the whole installation.
const (
	Officer    Role = "officer"
	Supervisor Role = "supervisor"
	Manager    Role = "manager"
	Admin      Role = "admin"
)

// ParseRole reads a role as it is written on the command line.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case Officer, Supervisor, Manager, Admin:
		return r, nil
	}
	return "", Refuse(Invalid, "unknown_role", "Peran harus officer, supervisor, manager atau admin.").
		English("The role must be officer, supervisor, manager or admin.").At("role")
}

// Desk is a counter as the rules see it when somebody asks to act there.
type Desk struct {
	Code      string
	State     CounterState
	OfficerID int64  // 0: nobody
	Officer   string // their name, for the refusal
	Occupied  bool   // a visitor is called or being served
}

// CheckOpen says whether a member of staff may take a counter. Opening one's
// own open counter again changes nothing and is allowed.
func (d Desk) CheckOpen(staffID int64) error {
	if d.State != CounterClosed && d.OfficerID != staffID {
		return d.taken()
	}
	return nil
}

// CheckHolder says whether a member of staff holds the counter and it is not closed.
func (d Desk) CheckHolder(staffID int64) error {
	if d.State == CounterClosed {
		return Refuse(Conflict, "counter_closed", "Loket %s tutup. Buka loket dahulu.", d.Code).
			English("Counter %s is closed. Open it first.", d.Code).With("state", d.State)
	}
	if d.OfficerID != staffID {
		return d.taken()
	}
	return nil
}

// CheckNext says whether the holder may call the next visitor.
func (d Desk) CheckNext(staffID int64) error {
	if err := d.CheckHolder(staffID); err != nil {
		return err
	}
	if d.State == CounterPaused {
		return Refuse(Conflict, "counter_closed", "Loket %s sedang jeda. Lanjutkan loket dahulu.", d.Code).
			English("Counter %s is paused. Resume it first.", d.Code).With("state", d.State)
	}
	return nil
}

// CheckSeen refuses an act that was meant for another visitor than the one who
// stands here now; seen and now are their numbers, "" for nobody.
func (d Desk) CheckSeen(seen, now string) error {
	switch {
	case seen == now:
		return nil
	case now == "":
		return Refuse(Conflict, "visitor_changed", "%s sudah tidak ada di loket %s. Tidak ada yang diubah.", seen, d.Code).
			English("%s is no longer at counter %s. Nothing was changed.", seen, d.Code).With("current", nil)
	}
	return Refuse(Conflict, "visitor_changed", "Di loket %s sekarang %s. Tidak ada yang diubah; tekan lagi bila benar.", d.Code, now).
		English("%s is at counter %s now. Nothing was changed; press again if that is right.", now, d.Code).With("current", now)
}

// CheckClose says whether a counter may close. Somebody with authority over it
// may close a counter its officer left open, but nobody may close it over a
// visitor's head.
func (d Desk) CheckClose(staffID int64, authority bool) error {
	if d.State == CounterClosed {
		return nil
	}
	if d.OfficerID != staffID && !authority {
		return d.taken()
	}
	if d.Occupied {
		return Refuse(Conflict, "counter_busy", "Selesaikan dulu pengunjung di loket %s.", d.Code).
			English("Finish the visitor at counter %s first.", d.Code).With("state", d.State).With("by", d.Officer)
	}
	return nil
}

func (d Desk) taken() *Refusal {
	return Refuse(Conflict, "counter_busy", "Loket %s sedang dipakai %s.", d.Code, d.Officer).
		English("Counter %s is held by %s.", d.Code, d.Officer).With("state", d.State).With("by", d.Officer)
}
