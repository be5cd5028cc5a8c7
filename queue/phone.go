package queue

import "strings"

// Phone reads an Indonesian or international phone number as people write it
// and gives its digits with the country: 0812-3456-7890 and +62 812 3456 7890
// are one phone.
func Phone(text string) (string, error) {
	var digits strings.Builder
	for i, c := range strings.TrimSpace(text) {
		switch {
		case c >= '0' && c <= '9':
			digits.WriteRune(c)
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '+' && i == 0:
		default:
			return "", badPhone()
		}
	}
	d := digits.String()
	if strings.HasPrefix(d, "0") {
		d = "62" + d[1:]
	}
	// E.164 allows 15 digits; the shortest Indonesian mobile number has 11 with its country.
	if len(d) < 9 || len(d) > 15 {
		return "", badPhone()
	}
	return d, nil
}

func badPhone() *Refusal {
	return Refuse(Invalid, "bad_phone", "Nomor telepon salah. Contoh: 0812-3456-7890.").
		English("The phone number is wrong. For example: 0812-3456-7890.").At("phone")
}
