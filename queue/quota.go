package queue

// Channel is where a number was asked for.
type Channel string

// The channels. A number given at the reception counts as the kiosk's.
const (
	Kiosk   Channel = "kiosk"
	Booking Channel = "booking"
)

// Given counts what a service has given today, without what was given back.
type Given struct{ All, Kiosk, Booking, Regular int }

// Left says how many numbers a visitor of this class may still take through
// this channel, and of how many; limited is false where there is no quota. The
// kiosk's and the booking's shares are at most; the priority share is kept for
// priority visitors, so that regulars may use the day's number less that share.
func (q Quota) Left(g Given, class Class, by Channel) (limit, left int, limited bool) {
	left = 1 << 30
	narrow := func(most *int, used int) {
		if most == nil {
			return
		}
		if free := max(0, *most-used); !limited || free < left {
			limit, left = *most, free
		}
		limited = true
	}
	narrow(q.Day, g.All)
	if by == Booking {
		narrow(q.Booking, g.Booking)
	} else {
		narrow(q.Kiosk, g.Kiosk)
	}
	if class == Regular && q.Day != nil && q.Priority != nil {
		rest := max(0, *q.Day-*q.Priority)
		narrow(&rest, g.Regular)
	}
	if !limited {
		left = 0
	}
	return limit, left, limited
}

// Plus counts n numbers of a class through a channel.
func (g Given) Plus(class Class, by Channel, n int) Given {
	g.All += n
	if by == Booking {
		g.Booking += n
	} else {
		g.Kiosk += n
	}
	if class == Regular {
		g.Regular += n
	}
	return g
}
