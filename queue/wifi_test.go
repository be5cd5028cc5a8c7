package queue

import "testing"

func TestWifi_codeJoinsAPhoneWhateverTheNameHolds(t *testing.T) {
	for want, w := range map[string]Wifi{
		`WIFI:T:WPA;S:MPP Tamu;P:rahasia8;;`:       {SSID: "MPP Tamu", Password: "rahasia8"},
		`WIFI:T:nopass;S:MPP;;`:                    {SSID: "MPP"},
		`WIFI:T:WPA;S:a\;b\:c\,d\"e\\f;P:\;P\:x;;`: {SSID: `a;b:c,d"e\f`, Password: ";P:x"},
	} {
		if got := w.Code(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
