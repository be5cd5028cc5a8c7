package site

import (
	"fmt"
	"math"
	"strconv"
)

// HallContrast is what text needs that a hall reads from afar: WCAG 2.2, 1.4.6.
const HallContrast = 7

// Contrast is how well white can be read on "#005A9C", from 1 to 21, by the
// formula of WCAG 2.2; 0 for what is no colour.
func Contrast(color string) float64 {
	red, green, blue, ok := parts(color)
	if !ok {
		return 0
	}
	return 1.05 / (0.2126*luminance(red) + 0.7152*luminance(green) + 0.0722*luminance(blue) + 0.05)
}

func parts(color string) (red, green, blue float64, ok bool) {
	n, err := strconv.ParseUint(color[min(1, len(color)):], 16, 32)
	if err != nil || len(color) != len("#005A9C") {
		return 0, 0, 0, false
	}
	part := func(shift uint) float64 { return float64(n >> shift & 0xFF) }
	return part(16), part(8), part(0), true
}

func luminance(part float64) float64 {
	c := part / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// deepened is a mall's colour, darkened as little as a hall needs to read white
// on it. Its hue stays.
func deepened(color string) string {
	red, green, blue, ok := parts(color)
	if !ok {
		return defaultColor
	}
	for share := 1.0; share > 0; share -= 0.01 {
		color = fmt.Sprintf("#%02X%02X%02X", int(red*share), int(green*share), int(blue*share))
		if Contrast(color) >= HallContrast {
			break
		}
	}
	return color
}
