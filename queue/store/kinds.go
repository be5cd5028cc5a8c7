package store

import "slices"

// EventKinds are all kinds of events that the record can hold, for the tests
// that walk them; record refuses any other.
func EventKinds() []string {
	return []string{
		// of a visitor
		"issued", "called", "recalled", "started", "done", "no_show", "cancelled", "delayed", "delay_ended", "held", "returned", "transferred", "arrived", "leg_begun", "class_changed", "undone", "reprinted",
		// of a counter
		"counter_opened", "counter_paused", "counter_resumed", "counter_closed", "close_asked", "close_approved", "close_refused",
		// of a service
		"quota_changed", "service_closed", "service_opened",
		// of the mall
		"mall_imported", "staff_added", "staff_changed", "staff_reset", "staff_disabled",
		"device_accepted", "device_changed", "device_revoked", "clip_recorded", "clip_removed",
		"image_added", "image_removed", "media_added", "media_changed", "media_removed", "sound_changed", "message_shown", "message_removed",
		"day_opened", "day_sealed", "day_allowed",
	}
}

func knownKind(kind string) bool { return slices.Contains(EventKinds(), kind) }
