package printer_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"antre/printer"
)

func slip(lang string) printer.Slip {
	return printer.Slip{
		Lang: lang, Mall: "MPP Kabupaten Tulang Bawang Barat", Agency: "Dinas Kependudukan dan Pencatatan Sipil", Service: "Perekaman KTP-el",
		Code: "A-007", IssuedAt: time.Date(2026, 11, 24, 8, 5, 0, 0, time.FixedZone("WIB", 7*3600)), Day: "2026-11-24", Ahead: 6,
		WaitLow: 10 * time.Minute, WaitHigh: 25 * time.Minute, WaitKnown: true, Zone: "Lantai 1", Directions: "Dari pintu masuk ke kiri",
		Requirements: []string{"Fotokopi Kartu Keluarga"}, Footer: "Terima kasih", URL: "http://antre.local:8080/t/0123456789abcdefABCDEF-_012",
	}
}

func render(t testing.TB, s printer.Slip, p printer.Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := printer.PDF(&out, s, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read runs a tool on a PDF; a missing tool fails, it does not skip.
func read(t *testing.T, pdf []byte, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Fatalf("%s is missing: apt-get install poppler-utils zbar-tools", tool)
	}
	file := filepath.Join(t.TempDir(), "slip.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "FILE", file)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", tool, err, out)
	}
	if tool == "pdftoppm" {
		out, err = exec.Command("zbarimg", "--quiet", "--raw", file+".png").Output()
		if err != nil {
			t.Fatalf("zbarimg: %v: %s", err, out)
		}
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestPDF_sameSlipSameBytes(t *testing.T) {
	for _, p := range []printer.Paper{printer.Paper80, printer.Paper58, printer.PaperA6} {
		first := render(t, slip("id"), p)
		if !bytes.Equal(first, render(t, slip("id"), p)) {
			t.Errorf("paper %s differs", p)
		}
		if other := slip("id"); true {
			other.Code = "A-008"
			if bytes.Equal(first, render(t, other, p)) {
				t.Errorf("paper %s: another number gives the same bytes", p)
			}
		}
	}
}

var update = flag.Bool("update", false, "write the golden slips anew; then look at them")

// TestPDF_golden holds the slips to the ones that were looked at.
func TestPDF_golden(t *testing.T) {
	for name, p := range map[string]printer.Paper{"80": printer.Paper80, "58": printer.Paper58, "a6": printer.PaperA6} {
		file := filepath.Join("testdata", "slip-"+name+".pdf")
		got := render(t, slip("id"), p)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the slip on %s differs from %s: run go test ./printer -update and look at it", p, file)
		}
	}
}

func TestPDF_saysEverything(t *testing.T) {
	want := map[string][]string{
		"id": {"MPP Kabupaten Tulang Bawang Barat", "Dinas Kependudukan dan Pencatatan Sipil", "Perekaman KTP-el", "A-007", "Selasa, 24 November 2026 · 08.05 WIB",
			"Antrean di depan Anda: 6 orang", "Perkiraan menunggu: 10–25 menit", "Lantai 1 – Dari pintu masuk ke kiri", "Fotokopi Kartu Keluarga", "Berlaku hari ini", "Terima kasih"},
		"en": {"A-007", "Tuesday, 24 November 2026 · 08:05 WIB", "People ahead of you: 6", "Expected wait: 10–25 minutes", "Valid today only"},
	}
	for _, p := range []printer.Paper{printer.Paper80, printer.Paper58, printer.PaperA6} {
		for lang, sentences := range want {
			text := read(t, render(t, slip(lang), p), "pdftotext", "-layout", "FILE", "-")
			for _, s := range sentences {
				if !strings.Contains(text, s) {
					t.Errorf("paper %s, %s: %q is missing in %q", p, lang, s, text)
				}
			}
		}
	}
}

func TestPDF_journeyNamesEveryStop(t *testing.T) {
	s := slip("id")
	s.Stops = []string{"Perekaman KTP-el \u00b7 Dukcapil", "Pajak kendaraan \u00b7 Bapenda"}
	text := read(t, render(t, s, printer.Paper58), "pdftotext", "FILE", "-")
	for _, want := range []string{"Satu nomor untuk:", "Perekaman KTP-el \u00b7 Dukcapil", "Pajak kendaraan \u00b7 Bapenda"} {
		if !strings.Contains(text, want) {
			t.Errorf("the slip does not say %q: %s", want, text)
		}
	}
}

func TestPDF_qrLeadsToTheVisitorsPage(t *testing.T) {
	for _, p := range []printer.Paper{printer.Paper80, printer.Paper58, printer.PaperA6} {
		if got := read(t, render(t, slip("id"), p), "pdftoppm", "-r", "203", "-png", "-singlefile", "FILE", "FILE"); got != slip("id").URL {
			t.Errorf("paper %s: the QR says %q", p, got)
		}
	}
}

func TestPDF_lettersBeyondLatinAreEmbedded(t *testing.T) {
	s := slip("id")
	s.Agency, s.Service = "Жанна – Łódź", "Uji 😀"
	text := read(t, render(t, s, printer.Paper80), "pdftotext", "FILE", "-")
	for _, want := range []string{"Жанна", "Łódź", "A-007"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
}

func TestPDF_codesAreNeverConfused(t *testing.T) {
	for _, code := range []string{"A-001", "AB-001", "A1-001", "A-1001", "AB1C-1234"} {
		s := slip("id")
		s.Code = code
		for _, p := range []printer.Paper{printer.Paper80, printer.Paper58} {
			if text := read(t, render(t, s, p), "pdftotext", "FILE", "-"); !strings.Contains(" "+text+" ", " "+code+" ") {
				t.Errorf("paper %s: %s is not a word of %q", p, code, text)
			}
		}
	}
}

func TestParsePaper_refusesOthers(t *testing.T) {
	if _, err := printer.ParsePaper("a4"); err == nil || !strings.Contains(err.Error(), "80, 58 or a6") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkPDF(b *testing.B) {
	for b.Loop() {
		render(b, slip("id"), printer.Paper80)
	}
}

// A phone must find both ways apart: first the guests' network, then the page.
func TestPDF_wifiHasACodeOfItsOwn(t *testing.T) {
	for _, p := range []printer.Paper{printer.Paper80, printer.Paper58, printer.PaperA6} {
		s := slip("id")
		s.Wifi, s.WifiCode = "MPP Tamu", "WIFI:T:WPA;S:MPP Tamu;P:rahasia8;;"
		pdf := render(t, s, p)
		codes := read(t, pdf, "pdftoppm", "-r", "203", "-png", "-singlefile", "FILE", "FILE")
		if !strings.Contains(codes, s.WifiCode) || !strings.Contains(codes, s.URL) {
			t.Errorf("paper %s: a phone reads %q", p, codes)
		}
		if text := read(t, pdf, "pdftotext", "FILE", "-"); !strings.Contains(text, "1. Wi-Fi: MPP Tamu") || !strings.Contains(text, "2. ") {
			t.Errorf("paper %s reads %q", p, text)
		}
	}
}
