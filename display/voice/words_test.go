package voice

import (
	"fmt"
	"testing"

	"antre/queue"
)

func TestAnnounce_saysCodesLetterByLetterAndNumbersInTheSchool(t *testing.T) {
	digits, number := queue.Speech{}, queue.Speech{Numbers: "number"}
	for _, c := range []struct {
		lang            string
		school          queue.Speech
		service         string
		n               int
		counter, text   string
		recall, similar bool
	}{
		{lang: "id", school: digits, service: "A", n: 7, counter: "3", text: "Nomor antrean, A, nol nol tujuh. Silakan menuju loket tiga."},
		{lang: "id", school: digits, service: "AB", n: 123, counter: "3C7", text: "Nomor antrean, A B, satu dua tiga. Silakan menuju loket tiga C tujuh."},
		{lang: "id", school: digits, service: "A1", n: 1, counter: "Z1-01", similar: true, text: "Nomor antrean, A satu, nomor nol nol satu. Silakan menuju loket Z satu, nol satu."},
		{lang: "id", school: digits, service: "A", n: 1001, counter: "40B", text: "Nomor antrean, A, satu nol nol satu. Silakan menuju loket empat puluh B."},
		{lang: "id", school: number, service: "A", n: 11, counter: "12", text: "Nomor antrean, A, sebelas. Silakan menuju loket dua belas."},
		{lang: "id", school: number, service: "1J", n: 119, counter: "E2", recall: true, text: "Panggilan ulang. Nomor antrean, satu J, seratus sembilan belas. Silakan menuju loket E dua."},
		{lang: "id", school: number, service: "A", n: 1000, counter: "21", text: "Nomor antrean, A, seribu. Silakan menuju loket dua puluh satu."},
		{lang: "id", school: queue.Speech{Zero: "kosong"}, service: "A", n: 10, counter: "10", text: "Nomor antrean, A, kosong satu kosong. Silakan menuju loket sepuluh."},
		{lang: "en", school: digits, service: "A", n: 7, counter: "3", text: "Queue number, A, zero zero seven. Please go to counter three."},
		{lang: "en", school: number, service: "A", n: 250, counter: "11", text: "Queue number, A, two hundred fifty. Please go to counter eleven."},
	} {
		got := NewSpeaker(c.lang, c.school, "loket").Announce(Call{Service: c.service, Number: c.n, Counter: c.counter, Recall: c.recall, Ambiguous: c.similar})
		if got.Text != c.text {
			t.Errorf("%s %d:\n got %s\nwant %s", c.service, c.n, got.Text, c.text)
		}
	}
}

func TestAnnounce_clipsSayTheSame(t *testing.T) {
	got := NewSpeaker("id", queue.Speech{}, "loket").Announce(Call{Service: "A", Number: 7, Counter: "3"})
	want := "[chime nomor-antrean a 0 0 7 silakan-menuju loket 3]"
	if fmt.Sprint(got.Clips) != want {
		t.Errorf("got %v, want %s", got.Clips, want)
	}
}
