package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

var catalogue = []string{"Procesoperator A", "Procesoperator B", "Examenbank"}

func TestReadWish(t *testing.T) {
	for _, test := range []struct {
		own  string
		want Wish
	}{
		{own: "Hierbij trek ik mijn klacht in. Het is opgelost.", want: Wish{Withdraws: true}},
		{own: "Beste mevrouw,\n\nWij willen onze klacht K-2026-0007 graag intrekken.\n\nGroet,\nSanne", want: Wish{Withdraws: true}},
		{own: "Mijn klacht mag als ingetrokken worden beschouwd.", want: Wish{Withdraws: true}},
		{own: "I hereby withdraw my complaint.", want: Wish{Withdraws: true}},
		{own: "Ik trek mijn klacht niet in!", want: Wish{Unsure: true}},
		{own: "Als u mij belt trek ik mijn klacht in.", want: Wish{Unsure: true}},
		{own: "Kan ik mijn klacht nog intrekken?", want: Wish{Unsure: true}},
		{own: "Er werd mij gevraagd de klacht in te trekken. Dat doe ik niet.", want: Wish{Unsure: true}},
		{own: "Ik wil toch verder met mijn klacht.", want: Wish{GoesOn: true}},
		{own: "Ik heb me bedacht, ik trek mijn klacht niet in", want: Wish{GoesOn: true, Unsure: true}},
		{own: "Dank u wel voor de snelle reactie.", want: Wish{}},
		{own: "U hoeft niet verder te gaan, dank.", want: Wish{}},
		{own: "Beste,\nHoe staat het met mijn klacht?\nGroet, Sanne Vermeer", want: Wish{Asks: true, OnlyAsks: true}},
		{own: "Wanneer hoor ik iets?", want: Wish{Asks: true, OnlyAsks: true}},
		{own: "Graag hoor ik de stand van zaken.", want: Wish{Asks: true, OnlyAsks: true}},
		{own: "mijn achternaam is Vermeeren, niet Vermeer.", want: Wish{Corrected: []Correction{{Field: complaint.FieldPerson, LastName: true, Value: "Vermeeren", Was: "Vermeer"}}}},
		{own: "Mijn achternaam is niet Vermeer maar Vermeeren", want: Wish{Corrected: []Correction{{Field: complaint.FieldPerson, LastName: true, Value: "Vermeeren", Was: "Vermeer"}}}},
		{own: "Het klopt niet: mijn naam is Sanne de Vries.", want: Wish{Protesting: true, Corrected: []Correction{{Field: complaint.FieldPerson, Value: "Sanne de Vries"}}}},
		{own: "Mijn naam is overal zoek.", want: Wish{}},
		{own: "Het gaat om Procesoperator B.", want: Wish{Corrected: []Correction{{Field: complaint.FieldProduct, Value: "Procesoperator B"}}}},
		{own: "Het gaat niet om Procesoperator A, maar om de Examenbank", want: Wish{Corrected: []Correction{{Field: complaint.FieldProduct, Value: "Examenbank", Was: "Procesoperator A"}}}},
		{own: "Het moet Procesoperator B zijn.", want: Wish{Protesting: true, Corrected: []Correction{{Field: complaint.FieldProduct, Value: "Procesoperator B"}}}},
		{own: "Het gaat om mijn geld.", want: Wish{}},
		{own: "Mijn telefoonnummer is 06-12 34 56 99", want: Wish{Corrected: []Correction{{Field: complaint.FieldPhone, Value: "06-12 34 56 99"}}}},
		{own: "Mijn nummer is veranderd.", want: Wish{}},
		{own: "Onze school heet Delta College, niet Delta.", want: Wish{Corrected: []Correction{{Field: complaint.FieldOrganisation, Value: "Delta College", Was: "Delta"}}}},
	} {
		if diff := cmp.Diff(test.want, ReadWish(test.own, catalogue)); diff != "" {
			t.Errorf("%s\n%s", test.own, diff)
		}
	}
}

func TestCorrects(t *testing.T) {
	last := Correction{Field: complaint.FieldPerson, LastName: true, Value: "Vermeeren", Was: "Vermeer"}
	product := Correction{Field: complaint.FieldProduct, Value: "Examenbank", Was: "Procesoperator A"}
	for _, test := range []struct {
		c           Correction
		known, want string
		ok          bool
	}{
		{last, "Sanne Vermeer", "Sanne Vermeeren", true},
		{Correction{Field: complaint.FieldPerson, LastName: true, Value: "de Wit"}, "Sanne Vermeer", "Sanne de Wit", true},
		{last, "", "Vermeeren", true},
		{product, "Procesoperator A", "Examenbank", true},
		{product, "Simulatiepakket", "", false},
		{Correction{Field: complaint.FieldProduct, Value: "Examenbank"}, "Examenbank", "Examenbank", false}, // nothing changes
	} {
		if got, ok := test.c.Corrects(test.known); got != test.want || ok != test.ok {
			t.Errorf("%+v in %q: %q, %v", test.c, test.known, got, ok)
		}
	}
}

func FuzzReadWish(f *testing.F) {
	f.Add("mijn achternaam is X, niet Y. Ik trek mijn klacht in!")
	f.Add("mijn naam is É")
	f.Fuzz(func(t *testing.T, own string) {
		w := ReadWish(own, catalogue)
		for _, c := range w.Corrected {
			if c.Value == "" {
				t.Error("an empty correction")
			}
			c.Corrects(own)
		}
		if w.Withdraws && w.Unsure {
			t.Error("sure and not sure")
		}
	})
}
