package site

import "testing"

func TestDeepened_whiteCanBeReadOnEveryMallsColour(t *testing.T) {
	for color, want := range map[string]string{"#005A9C": "#005A9C", "#0B1F3A": "#0B1F3A", "red": defaultColor} {
		if got := deepened(color); got != want {
			t.Errorf("%s becomes %s, want %s", color, got, want)
		}
	}
	for _, color := range []string{"#C8102E", "#FFD100", "#00A651", "#FFFFFF", "#F58220"} {
		got := deepened(color)
		if Contrast(got) < 7 || Contrast(got) > 7.6 {
			t.Errorf("%s becomes %s, on which white has %.2f", color, got, Contrast(got))
		}
	}
}
