package queue

import "time"

// State is where a stop stands.
type State string

// The states of a stop. Planned, Transferred and Undone never stand at the top
// of a ticket; Undone is a stop that an undo took back, and nobody is told of it.
const (
	Planned     State = "planned"
	Waiting     State = "waiting"
	Called      State = "called"
	Serving     State = "serving"
	Held        State = "held"
	Done        State = "done"
	NoShow      State = "no_show"
	Cancelled   State = "cancelled"
	Transferred State = "transferred"
	Undone      State = "undone"
)

// Class says who goes first. The reason for priority is never kept.
type Class string

// The classes of law 25/2009, article 29, and everybody else.
const (
	Regular  Class = "regular"
	Priority Class = "priority"
)

// Ended reports whether nothing can happen to a stop any more.
func (s State) Ended() bool {
	return s == Done || s == NoShow || s == Cancelled || s == Transferred || s == Undone
}

// AtCounter reports whether the visitor stands before an officer.
func (s State) AtCounter() bool { return s == Called || s == Serving }

// Action is what somebody asks to happen to a stop.
type Action string

// The actions on a stop.
const (
	Call     Action = "call"
	Recall   Action = "recall"
	Start    Action = "start"
	Finish   Action = "finish"
	Absent   Action = "no_show"
	Hold     Action = "hold"
	Return   Action = "return"
	Transfer Action = "transfer"
	Cancel   Action = "cancel"
	Delay    Action = "delay" // the visitor comes later, and is passed over until then
	Begin    Action = "begin" // the next leg of a journey
	EndDay   Action = "end_day"
)

// moves is the whole life of a stop. What is not in it is refused.
var moves = map[Action]map[State]State{
	Call:     {Waiting: Called, Held: Called},
	Recall:   {Called: Called},
	Start:    {Called: Serving},
	Finish:   {Called: Done, Serving: Done},
	Absent:   {Called: NoShow},
	Hold:     {Called: Held, Serving: Held},
	Return:   {NoShow: Waiting},
	Transfer: {Called: Transferred, Serving: Transferred},
	Cancel:   {Waiting: Cancelled, Held: Cancelled, Planned: Cancelled},
	Delay:    {Waiting: Waiting},
	Begin:    {Planned: Waiting},
	EndDay:   {Waiting: NoShow, Held: NoShow, Called: NoShow, Planned: NoShow, Serving: Done},
}

// Actions are all there are, for the tests that walk them.
func Actions() []Action {
	return []Action{Call, Recall, Start, Finish, Absent, Hold, Return, Transfer, Cancel, Delay, Begin, EndDay}
}

// A no-show who comes back is placed two calls later, once, and only for so long.
const (
	ReturnWithin = 30 * time.Minute
	ReturnAfter  = 2 // calls
)

// LateBy is how long a visitor who says that they are late is passed over: ten
// minutes, once a visit.
const LateBy = 10 * time.Minute

// LateUntil is when a visitor who says so now is waited for again. It is a full
// minute, so that the clock they read is the one they are called by.
func LateUntil(now time.Time) time.Time {
	return now.Add(LateBy + time.Minute - 1).Truncate(time.Minute)
}

// UndoWithin is how long an officer may take back their last action.
const UndoWithin = time.Minute

// Move says where an action leads from a state; ok is false when the rules
// forbid it, and then nothing may change.
func Move(from State, action Action) (to State, ok bool) {
	to, ok = moves[action][from]
	return to, ok
}

// RefuseMove explains why an action on a ticket in this state is refused.
// By is the counter that has it, or "visitor".
func RefuseMove(code string, state State, by string) *Refusal {
	if state.AtCounter() {
		return Refuse(Conflict, "already_called", "Nomor %s sudah dipanggil ke %s.", code, by).
			English("%s has already been called to %s.", code, by).
			With("state", state).With("by", by)
	}
	return Refuse(Conflict, "wrong_state", "Nomor %s sudah %s.", code, stateWords[state]["id"]).
		English("%s is already %s.", code, stateWords[state]["en"]).
		With("state", state).With("by", by)
}

var stateWords = map[State]Text{
	Planned:     {"id": "direncanakan", "en": "planned"},
	Waiting:     {"id": "menunggu", "en": "waiting"},
	Called:      {"id": "dipanggil", "en": "called"},
	Serving:     {"id": "dilayani", "en": "being served"},
	Held:        {"id": "ditunda", "en": "on hold"},
	Done:        {"id": "selesai", "en": "finished"},
	NoShow:      {"id": "tidak hadir", "en": "a no-show"},
	Cancelled:   {"id": "dibatalkan", "en": "cancelled"},
	Transferred: {"id": "dialihkan", "en": "transferred"},
	Undone:      {"id": "dibatalkan petugas", "en": "taken back"},
}

// MayDeclareAbsent says whether a called visitor has had their time, and if
// not, when they will have had it.
func MayDeclareAbsent(called, now time.Time, wait time.Duration) (allowedAt time.Time, ok bool) {
	allowedAt = called.Add(wait)
	return allowedAt, !now.Before(allowedAt)
}

// TopStop picks the stop a ticket's head describes: the one at a counter, else
// held, else the first waiting, else the last that came to something. States
// are in order of legs. It returns -1 for no stops.
func TopStop(states []State) int {
	best, rank := -1, -1
	for i, s := range states {
		r := topRank(s)
		if r > rank || r == rank && s.Ended() {
			best, rank = i, r
		}
	}
	return best
}

func topRank(s State) int {
	switch s {
	case Called, Serving:
		return 4
	case Held:
		return 3
	case Waiting:
		return 2
	case Done, NoShow, Cancelled:
		return 1
	}
	return 0
}
