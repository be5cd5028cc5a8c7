package queue

import (
	"slices"
	"strings"
)

// Icons are the names of the built-in pictures of agencies; display/web/icons.svg draws each.
func Icons() []string {
	return []string{"bank", "bolt", "book", "briefcase", "building", "car", "document", "family", "fish", "food", "health", "heart", "help", "house",
		"id-card", "info", "land", "leaf", "passport", "people", "phone", "scales", "school", "shield", "shop", "star", "tax", "water", "work"}
}

// KnownIcon says whether a name is that of a built-in picture.
func KnownIcon(name string) bool { return slices.Contains(Icons(), name) }

// LogoImage is the name of the mall's logo among the uploaded images.
const LogoImage = "logo"

// AgencyImage is the name of an agency's own picture among the uploaded images.
func AgencyImage(code string) string { return "agency-" + Key(code) }

// knownIcons lists the built-in names for whoever wrote another.
func knownIcons() string { return strings.Join(Icons(), ", ") }
