package queue

import (
	"fmt"
	"strings"
)

// In is what is wrong and what to do, in a language of the screens: Indonesian
// or, for any other, English.
func (f Fault) In(lang string) string {
	if lang == "id" && f.indonesian != "" {
		return f.indonesian
	}
	return f.Detail
}

// inIndonesian says a fault in Indonesian; "" for what the YAML library says.
func inIndonesian(format string, args []any) string {
	text, ok := faultWords()[format]
	if !ok {
		return ""
	}
	words := make([]any, len(args))
	for i, a := range args {
		words[i] = a
		if s, isText := a.(string); isText {
			words[i] = inWords(s)
		}
	}
	return fmt.Sprintf(text, words...)
}

// inWords translates what stands inside a fault: kinds of things, and choices.
func inWords(s string) string {
	if word, ok := map[string]string{"zone": "zona", "agency": "instansi", "service": "layanan", "counter": "loket"}[s]; ok {
		return word
	}
	return strings.ReplaceAll(s, " or ", " atau ")
}

// faultWords are the faults that can be made on a page as well as in a file.
// They are tested to be all that can be said of one.
func faultWords() map[string]string {
	return map[string]string{
		"%s must be one to four letters A–Z and digits":                                               "%s harus satu sampai empat huruf A–Z atau angka",
		"%s must be 1 to 16 letters A–Z, digits and hyphens between them":                             "%s harus 1 sampai 16 huruf A–Z, angka, dan tanda hubung di antaranya",
		"%s is already the code of %s (line %d); codes are unique in the mall without regard to case": "%s sudah dipakai oleh %s (baris %d); kode hanya boleh sekali di mal ini, huruf besar atau kecil sama saja",
		"there is no %s %s in this mall; define it or correct the code":                               "tidak ada %s %s di mal ini; buat dahulu atau betulkan kodenya",
		"there is no %s %s in this mall; write %s as where it is defined":                             "tidak ada %s %s di mal ini; tulis %s seperti di tempat asalnya",
		"must be a word that appears in a name":                                                       "harus kata yang ada dalam sebuah nama",
		"there is no icon %s; write one of %s, or %s for the agency's uploaded picture":               "tidak ada ikon %s; tulis salah satu dari %s, atau %s untuk gambar instansi yang diunggah",
		"a service cannot come after itself":                                                          "layanan tidak dapat sesudah dirinya sendiri",
		"goes in a circle back to %s; no journey through these services could begin":                  "berputar kembali ke %s; kunjungan lewat layanan-layanan ini tidak dapat dimulai",
		"%s stands here twice; keep one":                                                              "%s ada dua kali; tinggalkan satu",
		"must name at least one service; a counter that serves none calls nobody":                     "pilih paling sedikit satu layanan; loket tanpa layanan tidak memanggil siapa pun",
		"%s is already one of this counter's own services; keep it in one of the two lists":           "%s sudah menjadi layanan utama loket ini; pilih salah satu saja",
		"needs the Indonesian text, id: …; a plain text is Indonesian":                                "isi teks bahasa Indonesia",
		"must be a language of two small letters such as id or en":                                    "harus bahasa dengan dua huruf kecil seperti id atau en",
		"%s must be a language of two small letters such as id or en":                                 "%s harus bahasa dengan dua huruf kecil seperti id atau en",
		"must not be empty": "tidak boleh kosong",
		"must be one line without tabs and control characters": "harus satu baris tanpa tab dan tanda kendali",
		"has %d characters; at most %d fit":                    "ada %d huruf; paling banyak %d",
		"must be between %d and %d":                            "harus antara %d dan %d",
		"%s must be %s":                                        "%s harus %s",
		"%s is not a date of the calendar written like %s":     "%s bukan tanggal; tulis seperti %s",
		"%s is not a zone of time; write Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)": "%s bukan zona waktu; pilih Asia/Jakarta (WIB), Asia/Makassar (WITA) atau Asia/Jayapura (WIT)",
		`%s must be 4 to 8 digits, in quotes: "4711"`:                                                     `%s harus 4 sampai 8 angka, dalam tanda kutip: "4711"`,
		`%s must be # and six hexadecimal digits, in quotes: "#005A9C"`:                                   "%s harus # dan enam digit heksadesimal, misalnya #005A9C",
		"must contain id; every text has Indonesian, the others may be missing":                           "harus memuat id; setiap teks ada dalam bahasa Indonesia",
		"%s must be an address such as http://antre.local:8080":                                           "%s harus alamat seperti http://antre.local:8080",
		"%s must have nothing behind the host; write %s":                                                  "%s tidak boleh berisi apa pun sesudah nama host; tulis %s",
		"is longer than the 32 bytes a network's name may have":                                           "lebih panjang dari 32 huruf, batas nama jaringan Wi-Fi",
		"is not a password a network can have: at most 63 characters on one line":                         "bukan kata sandi Wi-Fi: paling banyak 63 huruf dalam satu baris",
		"%s is not one of the mall's languages (%s)":                                                      "%s bukan bahasa mal ini (%s)",
		"is before the period begins (%s)":                                                                "sebelum masa itu mulai (%s)",
		"this period overlaps %s (%s to %s); a day can only be in one":                                    "masa ini bertumpuk dengan %s (%s sampai %s); satu hari hanya boleh dalam satu masa",
		"must be after it begins (%s)":                                                                    "harus sesudah mulainya (%s)",
		"%s is a service of %s, not of %s; keep the service and remove the agency":                        "%s adalah layanan %s, bukan %s; pilih layanannya saja dan kosongkan instansi",
		"must be a day (mon tue wed thu fri sat sun) or a range in that order (mon-thu)":                  "harus nama hari (mon tue wed thu fri sat sun) atau rentangnya (mon-thu)",
		"%s is already in %s; a day can only stand once in a week":                                        "%s sudah ada di %s; satu hari hanya boleh sekali dalam seminggu",
		`%s must be two times of one day such as "08:00-12:00"`:                                           "%s harus dua jam pada hari yang sama seperti 08:00-12:00",
		"%s begins before the interval in front of it has ended; write them in order, without overlap":    "%s mulai sebelum jam sebelumnya berakhir; tulis berurutan tanpa bertumpuk",
		`%s must be a time such as "15:00"`:                                                               "%s harus jam seperti 15:00",
		"the mall is not open on this day; write open: or remove the last ticket":                         "hari ini tidak buka; isi jam buka atau kosongkan nomor terakhir",
		"must be after the opening and not after the closing of the day":                                  "harus sesudah jam buka dan tidak sesudah jam tutup",
		"is missing": "belum diisi",
		"must be a whole number such as 15, without quotes":                                    "harus bilangan bulat seperti 15",
		"must be 0 or more, without quotes, or the word unlimited":                             "harus 0 atau lebih, atau kata unlimited",
		"%s is already %s; write both names in one holiday":                                    "%s sudah ada: %s; tulis kedua nama dalam satu hari libur",
		"is empty; fill it in or remove it":                                                    "kosong; isi atau hapus",
		"is larger than 1 MiB; a mall file is a few hundred lines of YAML":                     "lebih besar dari 1 MiB; berkas mal hanya beberapa ratus baris YAML",
		"cannot be understood as YAML; compare it with an exported mall file":                  "tidak terbaca sebagai YAML; bandingkan dengan berkas hasil ekspor",
		"is empty; a mall file begins with mall: and needs agencies:":                          "kosong; berkas mal dimulai dengan mall: dan harus berisi agencies:",
		"has no value; write one (in quotes if it contains #), or remove the line":             "tidak ada isinya; isi (dalam tanda kutip bila memuat #) atau hapus barisnya",
		"uses a YAML anchor, alias or tag; write the value itself (in quotes if it is a text)": "memakai anchor, alias atau tag YAML; tulis nilainya sendiri (dalam tanda kutip bila teks)",
		"must be true or false, without quotes":                                                "harus true atau false, tanpa tanda kutip",
		"must be a list, written [one, two] or with a - before each":                           "harus daftar, ditulis [satu, dua] atau dengan - di depan masing-masing",
		"must hold fields, written {name: value} or one a line":                                "harus berisi isian, ditulis {nama: nilai} atau satu per baris",
		"must be a text":                         "harus teks",
		"%s is not a text in YAML; quote it: %s": "%s bukan teks dalam YAML; beri tanda kutip: %s",
		"is not a field here; the fields are %s": "bukan isian di sini; yang ada: %s",
	}
}
