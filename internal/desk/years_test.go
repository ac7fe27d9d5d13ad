package desk

import (
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

func TestUnusual(t *testing.T) {
	for _, tt := range []struct {
		expired, files int
		want           bool
	}{
		{0, 0, false}, {1, 1, false}, {5, 7, false}, {6, 7, true}, {20, 200, false}, {21, 200, true}, {27, 10_000, false}, {1001, 10_000, true},
	} {
		if got := unusual(tt.expired, tt.files); got != tt.want {
			t.Errorf("%d of %d: %v", tt.expired, tt.files, got)
		}
	}
}

// The analysis is due from the second working day of January (PROCEDURE).
func TestAnnualDay(t *testing.T) {
	d := &Desk{Settings: Settings{House: &complaint.House{Calendar: workday.NewCalendar(nil), Location: time.UTC}}}
	for today, want := range map[string]string{
		"2026-12-31": "2026-01-05", // of the year that is running: made in January, or at the first start since
		"2027-01-04": "", "2027-01-05": "2027-01-05", "2027-03-17": "2027-01-05",
		"2028-01-03": "", "2028-01-04": "2028-01-04",
	} {
		day, err := workday.ParseDate(today)
		if err != nil {
			t.Fatal(err)
		}
		got, due := d.annualDay(day)
		if due != (want != "") || due && got.String() != want {
			t.Errorf("%s: %s %v, want %q", today, got, due, want)
		}
	}
}

func TestAcknowledgedAs(t *testing.T) {
	const code = "abcdefghijklmnopqrstuvwxyz"
	got := acknowledgedAs([]Thread{
		{MessageID: "<k-2026-0007.acknowledgement-1." + code + "@klik.example>", InReplyTo: "<een@x.example>"},
		{MessageID: "<k-2026-0007.supplemented-1." + code + "@klik.example>", InReplyTo: "<later@x.example>"},
		{MessageID: "<k-2026-0008.acknowledgement-1." + code + "@klik.example>"},
		{MessageID: "<iets@anders.example>", InReplyTo: "<twee@x.example>"},
	})
	if len(got) != 1 || got["<een@x.example>"] != (complaint.Reference{Year: 2026, Number: 7}) {
		t.Errorf("%v", got)
	}
}
