package admin

import (
	"math"
	"strconv"
)

// leastContrast is what white text needs on the mall's colour: WCAG 2.2, 1.4.3.
const leastContrast = 4.5

// contrast is how well white can be read on "#005A9C", from 1 to 21, by the
// formula of WCAG 2.2; 0 for what is no colour.
func contrast(color string) float64 {
	n, err := strconv.ParseUint(color[min(1, len(color)):], 16, 32)
	if err != nil || len(color) != len("#005A9C") {
		return 0
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&0xFF) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0) + 0.05)
}
