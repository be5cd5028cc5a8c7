package queue

// Right is something that a member of staff may be allowed to do.
type Right string

// The rights. Officers have theirs at their own counters, supervisors in their
// own agency, managers and admins in the whole mall.
const (
	RightDesk    Right = "desk"    // work at a counter: open, call, serve
	RightSee     Right = "see"     // look at a counter and its line
	RightLive    Right = "live"    // look at how the lines and counters stand
	RightAnswer  Right = "answer"  // answer a request to close
	RightQuota   Right = "quota"   // change today's quota
	RightClose   Right = "close"   // close or open a service ad hoc
	RightHall    Right = "hall"    // how loud the hall is, and what is said on its screens
	RightDay     Right = "day"     // open a business day the clock had to be asked about
	RightRecord  Right = "record"  // read the record and verify it
	RightMall    Right = "mall"    // change the mall's definition and its people
	RightReprint Right = "reprint" // find a number and print it again
)

// roleRights is who may do what; nothing else grants anything.
var roleRights = map[Right][]Role{
	RightDesk:    {Officer, Supervisor, Manager, Admin},
	RightSee:     {Officer, Supervisor, Manager, Admin},
	RightReprint: {Officer, Supervisor, Manager, Admin},
	RightLive:    {Supervisor, Manager, Admin},
	RightAnswer:  {Supervisor, Manager, Admin},
	RightQuota:   {Supervisor, Manager, Admin},
	RightClose:   {Supervisor, Manager, Admin},
	RightRecord:  {Manager, Admin},
	RightHall:    {Manager, Admin},
	RightDay:     {Admin},
	RightMall:    {Admin},
}

// Roles are all there are, from the least to the most.
func Roles() []Role { return []Role{Officer, Supervisor, Manager, Admin} }

// Rights are all there are, for the tests that walk them.
func Rights() []Right {
	return []Right{RightDesk, RightSee, RightReprint, RightLive, RightAnswer, RightQuota, RightClose, RightRecord, RightHall, RightDay, RightMall}
}

// May says whether a role has a right at all; where it holds is the caller's
// question: an officer's counters, a supervisor's agency.
func (r Role) May(right Right) bool {
	for _, role := range roleRights[right] {
		if role == r {
			return true
		}
	}
	return false
}
