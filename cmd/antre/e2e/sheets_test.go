//go:build e2e || prove

package e2e

import "strings"

// The real sizes of the screens (SCREENS.md); a kiosk may also lie, or be a tablet.
const (
	kioskSizes   = "1080x1920 1920x1080 1280x800 800x1280 768x1024"
	tvSizes      = "1920x1080"
	signSizes    = "480x320"
	phoneSizes   = "360x740"
	consoleSizes = "1366x768 320x180"
	officeSizes  = "1366x768 1366x900"
)

// states are names that stand in a line.
func states(names string) []string { return strings.Fields(names) }

// sheets are all pages, with all their states.
func sheets() []sheet {
	return []sheet{
		{"GET /kiosk", kioskSizes, states(`kiosk-choose kiosk-choose-en kiosk-confirm kiosk-confirm-en kiosk-ticket kiosk-ticket-en kiosk-ticket-paper kiosk-paper-out
			kiosk-rules kiosk-rules-wide kiosk-door kiosk-choices kiosk-choices-wide kiosk-used-up kiosk-one-class kiosk-priority kiosk-quota-gone kiosk-quota-gone-en
			kiosk-several kiosk-several-en kiosk-journey kiosk-journey-en kiosk-journey-ticket kiosk-journey-ticket-en kiosk-journey-ticket-wide
			kiosk-agencies kiosk-agency kiosk-forty kiosk-letters kiosk-closed-early kiosk-closed-early-en kiosk-closed-last kiosk-closed-last-en
			kiosk-closed-holiday kiosk-closed-holiday-en kiosk-closed-break kiosk-closed-break-en kiosk-closed-wide kiosk-clock
			kiosk-access-menu kiosk-access-page kiosk-access-ticket kiosk-access-en kiosk-access-paper-out kiosk-still !kiosk-still-en kiosk-lost kiosk-moved kiosk-wifi
			kiosk-settings-pin kiosk-settings kiosk-settings-no-pin kiosk-tablet kiosk-ten-inches kiosk-ten-inches-letters kiosk-ten-inches-choices
			!kiosk-fits-* images-kiosk`)},
		{"GET /tv/{zone}", tvSizes, states(`tv-empty tv-call tv-recall !tv-twelve tv-media tv-media-busy tv-message tv-quiet tv-stale tv-lost
			tv-closed-early tv-closed-last tv-closed-holiday tv-closed-break images-tv !tv64-* !tv69-*`)},
		{"GET /tv", tvSizes, states("tv-whole")},
		{"GET /overview", tvSizes, states("overview overview-next overview-message overview-stale overview-lost overview-closed overview-notices images-overview !images-overview-2018")},
		{"GET /sign/{counter}", signSizes, states("sign-closed sign-open sign-called sign-serving sign-paused sign-stale sign-lost")},
		{"GET /pair", tvSizes + " 1080x1920", states("pair pair-kiosk pair-kiosk-upright pair-failed")},
		{"GET /t/{token}", phoneSizes, states(`phone-waiting phone-remind phone-late-id phone-late-en phone-late-*-below phone-called phone-not-done phone-cut-id phone-cut-en phone-journey phone-journey-done
			phone-state-waiting-* phone-state-called-* phone-state-serving-* phone-state-held-* phone-state-no_show-* phone-state-transferred-* phone-state-done-*
			phone-cancelled-* !phone-state-cancelled-id images-phone refused-ticket-id refused-ticket-en`)},
		{"GET /desk", consoleSizes, states("office-desk-id office-desk-en")},
		{"GET /desk/{code}", consoleSizes, states(`office-desk-1-id office-desk-1-en desk-open desk-called desk-called-small desk-small desk-waiting* desk-hold-asks* desk-held* desk-transfer-asks* desk-transferred* desk-no-show* desk-out-of-order* desk-row-asks*
			desk-number-asks* desk-close-asks* desk-pause-asks* desk-close-asked* desk-close-approved* desk-closed* desk-conflict* desk-paused* desk-disconnected* desk-cut desk-late desk-taken* desk-gone console-moved`)},
		{"GET /live", officeSizes, states(`live live-en live-mall live-quota live-close live-answer live-after live-cut live-clock live-clock-sure live-screens live-hall office-live-id office-live-en refused-live-id refused-live-en`)},
		{"GET /live/{agency}", officeSizes, states("live-agency live-agency-en live-refused office-live-DISDUKCAPIL-id office-live-DISDUKCAPIL-en")},
		{"GET /hall", officeSizes, states("hall hall-message office-hall-id office-hall-en")},
		{"GET /reception", officeSizes, states("reception reception-taken reception-called reception-none reception-en office-reception-*")},
		{"GET /password", officeSizes, states("password-wrong password-done office-password-id office-password-en")},
		{"GET /sign-in", officeSizes, states("sign-in sign-in-id sign-in-en sign-in-wrong-id sign-in-wrong-en sign-in-too-often")},
		{"GET /{$}", officeSizes, states("start office-start-id office-start-en")},
		{"GET /setup/{key}", officeSizes, states("setup-id setup-en setup-wrong-id setup-wrong-en refused-setup")},
		{"GET /admin", officeSizes, states("admin-empty admin-ready office-admin-id office-admin-en refused-right-id refused-right-en")},
		{"GET /admin/mall", officeSizes, states("admin-mall admin-wrong admin-conflict admin-names-setting office-admin-mall-id office-admin-mall-en")},
		{"GET /admin/parts/{list}", officeSizes, states(`admin-list admin-agencies admin-moved office-admin-parts-zones-* office-admin-parts-agencies-* office-admin-parts-services-*
			office-admin-parts-counters-* office-admin-parts-periods-* office-admin-parts-holidays-* office-admin-parts-closures-*`)},
		{"GET /admin/parts/{list}/{item}", officeSizes, states(`admin-counter admin-needed admin-sure admin-hours admin-agency admin-agency-picture admin-holiday admin-service-en office-admin-parts-hours-week-*
			office-admin-parts-zones-* office-admin-parts-agencies-* office-admin-parts-services-* office-admin-parts-counters-* office-admin-parts-periods-new-* office-admin-parts-holidays-new-* office-admin-parts-closures-new-*`)},
		{"GET /admin/people", officeSizes, states("admin-people office-admin-people-id office-admin-people-en")},
		{"GET /admin/people/{user}", officeSizes, states("admin-person office-admin-people-u1-* office-admin-people-new-*")},
		{"GET /admin/devices", officeSizes, states("admin-devices-none admin-devices office-admin-devices-id office-admin-devices-en")},
		{"GET /admin/devices/{device}", officeSizes, states("admin-device admin-device-en")},
		{"GET /admin/media", officeSizes, states("admin-media office-admin-media-id office-admin-media-en")},
		{"GET /admin/media/{media}", officeSizes, states("admin-media-item admin-media-item-en")},
		{"GET /admin/voice", officeSizes, states("admin-voice admin-names admin-names-missing office-admin-voice-id office-admin-voice-en")},
		{"GET /admin/voice/{lang}/{clip}", officeSizes, states("admin-clip admin-name admin-name-silent office-admin-voice-id-loket-id office-admin-voice-id-loket-en")},
		{"GET /admin/images/{name}", officeSizes, states("admin-logo-none admin-logo admin-picture-wrong office-admin-images-logo-id office-admin-images-logo-en")},
		{"GET /admin/file", officeSizes, states("admin-file-wrong admin-file-changes office-admin-file-id office-admin-file-en")},
		{"GET /admin/preview", officeSizes, states("admin-preview office-admin-preview-id office-admin-preview-en")},
		{"GET /admin/record", officeSizes, states("admin-record admin-record-whole office-admin-record-id office-admin-record-en")},
		{"/", officeSizes, states("refused-address-id refused-address-en")},
	}
}
