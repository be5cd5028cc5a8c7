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

// hyphens are what stands for one where a code was copied or typed.
var hyphens = strings.NewReplacer(" ", "", "\u00a0", "", "\u00ad", "-", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-")

// GuessTicketCode reads a code as a person types it in a hurry: a-7, A 007, A7.
// Where there is more than one reading among the services, or none, it gives
// what was typed.
func GuessTicketCode(typed string, isService func(code string) bool) string {
	code := Key(hyphens.Replace(typed))
	var readings []string
	for cut := 1; cut < len(code); cut++ {
		service, number := code[:cut], strings.TrimPrefix(code[cut:], "-")
		n, err := strconv.Atoi(number)
		if err == nil && n > 0 && number[0] != '+' && number[0] != '-' && isService(service) {
			readings = append(readings, TicketCode(service, n))
		}
	}
	if len(readings) == 1 {
		return readings[0]
	}
	return typed
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
