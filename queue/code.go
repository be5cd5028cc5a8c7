package queue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The hyphen is part of the code: without it A1-001 and A-1001 would be one.
var (
	serviceCodes = regexp.MustCompile(`^[A-Za-z0-9]{1,4}$`)
	ticketCodes  = regexp.MustCompile(`^([A-Z0-9]{1,4})-([0-9]{3,6})$`)
)

// ValidServiceCode reports whether code is one to four letters and digits.
func ValidServiceCode(code string) bool { return serviceCodes.MatchString(code) }

// Key is how codes are compared: without regard to case.
func Key(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }

// TicketCode prints a number as people see it: A-007, A-1234 when it needs more.
func TicketCode(service string, number int) string {
	return fmt.Sprintf("%s-%03d", Key(service), number)
}

// ParseTicketCode splits what a person typed into service and number. It
// accepts exactly what TicketCode prints, in either case; "A1001" is refused
// because nobody can say whether it is A-1001 or A1-001.
func ParseTicketCode(code string) (service string, number int, err error) {
	m := ticketCodes.FindStringSubmatch(Key(code))
	if m == nil {
		return "", 0, Refuse(Invalid, "bad_ticket_code", "Tulis nomor dengan tanda hubung, misalnya A-007.").
			English("Write the number with its hyphen, for example A-007.")
	}
	number, err = strconv.Atoi(m[2])
	if err != nil || TicketCode(m[1], number) != Key(code) || number == 0 {
		return "", 0, Refuse(Invalid, "bad_ticket_code", "Nomor %s tidak dikenal.", code).
			English("%s is not a number of this mall.", code)
	}
	return m[1], number, nil
}
