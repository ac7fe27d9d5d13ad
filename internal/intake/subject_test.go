package intake

import (
	"strings"
	"testing"
	"time"
)

// Words at the head of a subject that agendas and receipts use too are a person's words as well. Alone they do not
// make a complaint an automatic answer, which nobody would see (Klachtenprocedure 1).
func TestSubjectLikeAMachine(t *testing.T) {
	r := NewReader(Profile{Own: []string{"projectondersteuning@klikonderwijs.nl"}, OwnDomains: []string{"klikonderwijs.nl"}})
	for _, subject := range []string{"Afgewezen: mijn vrijstelling", "Geweigerd: terugbetaling cursusgeld", "Niet gelezen: mijn mails over de trainer"} {
		raw := "From: Sanne Vermeer <sanne@tcz.example>\r\nTo: projectondersteuning@klikonderwijs.nl\r\nSubject: " + subject + "\r\nMessage-ID: <a@tcz.example>\r\n\r\n" +
			"Geachte heer, mevrouw,\r\n\r\nHierbij dien ik een klacht in over de training Procesoperator B. De trainer kwam op 30 maart niet opdagen en niemand belt terug. Ik ben zeer ontevreden en wil mijn geld terug.\r\n\r\nSanne Vermeer, Techniek College Zuid\r\n"
		m := r.Parse(strings.NewReader(raw), time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC))
		if got := r.Judge(m); got.Kind != Complaint && got.Kind != Review {
			t.Errorf("%s: %s, %q", subject, got.Kind, got.Reasons)
		}
	}
	for _, subject := range []string{"Geaccepteerd: Training 3 juni", "Gelezen: Uw klacht bij Klik Onderwijs", "Accepted: overleg"} {
		raw := "From: Sanne Vermeer <sanne@tcz.example>\r\nSubject: " + subject + "\r\nMessage-ID: <a@tcz.example>\r\n\r\nSanne Vermeer heeft de uitnodiging geaccepteerd of het bericht gelezen.\r\n"
		m := r.Parse(strings.NewReader(raw), time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC))
		if got := r.Judge(m); got.Kind != Auto || !m.Machine.Automatic {
			t.Errorf("%s: %s", subject, got.Kind)
		}
	}
}
