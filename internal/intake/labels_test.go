package intake

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLabelsOfAForm(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want map[fieldKey]string
	}{
		"nothing but blanks behind the labels": {
			"Uw gegevens\nVoornaam Fleur\nAchternaam Ykema\nSchool/bedrijf Christelijk College De Kolk\nMobiel 06 4155 5802\nMail f.ykema@dekolk.example",
			map[fieldKey]string{keyFirst: "Fleur", keyLast: "Ykema", keyOrganisation: "Christelijk College De Kolk", keyMobile: "06 4155 5802", keyEmail: "f.ykema@dekolk.example"},
		},
		"values in a column": {
			"Ingevuld op        6 november 2025\nMelder             Ruben Castelijns\nInstelling         Internaat De Brink\nDienst             omgaan met moeilijk gedrag\nWat is er gebeurd  de trainer noemde namen",
			map[fieldKey]string{keySubmitted: "6 november 2025", keyName: "Ruben Castelijns", keyOrganisation: "Internaat De Brink", keyProduct: "omgaan met moeilijk gedrag", keyDescription: "de trainer noemde namen"},
		},
		"a telephone note": {
			"wie: Bep Kromhout\ntel.: 0228 555 309\nwaarover: Operator Maintenance\nwat zij zei: haar zoon is uitgelachen\nwaarom: hij wil niet meer",
			map[fieldKey]string{keyName: "Bep Kromhout", keyPhone: "0228 555 309", keyProduct: "Operator Maintenance", keyDescription: "haar zoon is uitgelachen", keyMotivation: "hij wil niet meer"},
		},
		"a signature is no form": {
			"Naam van de trainer weet ik niet.\nKees Smit\nMobiel 06 1234 5678\nMail kees@smit.example\nBedrijf Smit",
			map[fieldKey]string{},
		},
		"prose is no form": {
			"Naam of rugnummer weet ik niet meer.\nTelefoon nam niemand op.\nMail werd niet beantwoord.\nTraining begon te laat.\nSchool vindt dat niet goed.",
			map[fieldKey]string{},
		},
	} {
		got := map[fieldKey]string{}
		for _, e := range form(test.text) {
			got[e.key] = e.value
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// A form of our own website for objections is no new complaint, nor is an evaluation that asks for complaints. What a
// form is for shows without what its words weigh.
func TestWhatAFormIsFor(t *testing.T) {
	r := testReader(t)
	fields := "Naam: Kees Boutkan\nE-mail: k@veste.example\nTelefoon: 06 1234 5678\nProduct: Operator Maintenance\n"
	told := fields + "Toelichting: de dag begon om tien uur, wij waren met ons zessen."
	for text, want := range map[string]Kind{
		"Formulier: Bezwaar tegen afhandeling klacht\n" + told:                                            Objection,
		"Klachtenformulier\n" + told:                                                                      Complaint,
		"Contactformulier\n\nSoort bericht: klacht\n" + told:                                              Complaint,
		"Contactformulier\n\n" + fields + "Uw klacht: de dag begon om tien uur, wij waren met ons zessen": Complaint,
		"Contactformulier\n\nNaam\nKees Boutkan\n\nE-mail\nk@veste.example\n\nTelefoon\n06 1234 5678\n\nOmschrijving klacht\nde dag begon om tien uur, wij waren met ons zessen": Complaint,
		"Contactformulier\n\nSoort bericht: vraag\n" + told:                                       "",
		"Evaluatie\n\n" + fields + "Docent: 10\nHeeft u een klacht? Nee\nOpmerkingen: Prima dag!": "",
		"Evaluatie\n\n" + fields + "Klachten: geen\nOpmerkingen: Prima dag, hartelijk dank!":      "",
	} {
		m := r.Parse(strings.NewReader("From: website <formulier@klikonderwijs.nl>\nSubject: Nieuwe inzending\n\n"+text), time.Time{})
		got, v := Kind(""), r.voiceOf(m)
		if isForm(m, v) {
			got = formKind(m, v)
		}
		if got != want {
			t.Errorf("%q is a form for %q, not %q", text, got, want)
		}
	}
}

func TestBrokenLinesAreJoined(t *testing.T) {
	long := "Van: Adjudant R.J. Vreugdenhil, Opleidingscentrum Kazerne Noord"
	for text, want := range map[string]string{
		long + "\nen Zuid": long + " en Zuid", long + "\nBetreft: levering": long + "\nBetreft: levering", "kort\nen meer": "kort\nen meer", long + "\n": long + " ", "": "",
	} {
		if got := unwrapped(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

// A trainer who is hired passes on what a client wrote to him; somebody who forwards what his own colleague or our
// trainer wrote complains himself.
func TestWhoPassesOn(t *testing.T) {
	r := testReader(t)
	for note, want := range map[string]string{
		"Dit kreeg ik van de klant, jullie moeten er iets mee.":         "m.slijk@karton.example",
		"Dit schreef ik vorige maand al aan mijn baas. Ik ben het zat.": "edo@traint.example",
	} {
		raw := strings.Join([]string{"From: Edo Faber <edo@traint.example>", "Subject: Fwd: reeks", "", note, "", "---------- Forwarded message ---------", "Van: Marga Slijk <m.slijk@karton.example>", "Date: zo 3 mei 2026 om 15:12", "Subject: reeks", "To: <edo@traint.example>", "", "Beste Edo,", "", "De nulmeting is nooit gedaan en het boek is een stapel kopieën. Wij hebben daar wel voor betaald en kunnen nu niets laten zien. Dit is ver onder de maat.", "", "Marga Slijk"}, "\n")
		m := r.Parse(strings.NewReader(raw), time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
		if got := r.Judge(m); got.Kind != Complaint || got.Fields.Email == nil || got.Fields.Email.Value != want {
			t.Errorf("%s: a %s of %v, not of %s", note, got.Kind, got.Fields.Email, want)
		}
	}
}

func TestCoursesOutsideTheCatalogue(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"Wij boekten twee plaatsen bij Signaleren in de thuiszorg en kregen er één.":        "Signaleren in de thuiszorg",
		"U zou de subsidie voor de Leidinggeven op de werkvloer zelf aanvragen.":            "Leidinggeven op de werkvloer",
		"De training Hoogwerker veilig bedienen begon een uur te laat.":                     "training Hoogwerker veilig bedienen",
		"Van de acht lesdagen Warmtepompmonteur zijn er drie gegeven.":                      "lesdagen Warmtepompmonteur",
		"De cursus legionellapreventie was een voorleesuur.":                                "cursus legionellapreventie",
		"Onze collega Jansen in de zaal heeft niets gehoord. Werken aan de zaal lukt niet.": "",
	} {
		raw := "From: Jan Pol <jan@pol.example>\nSubject: klacht\n\n" + text + " Ik ben hier zeer ontevreden over.\n\nJan Pol"
		got := r.Judge(r.Parse(strings.NewReader(raw), time.Time{}))
		value := ""
		if got.Fields.Product != nil {
			value = got.Fields.Product.Value
		}
		if value != want {
			t.Errorf("%s: %s about %q, not %q", text, got.Kind, value, want)
		}
	}
}

// Nobody is passed over who says in so many words that he is not content, however little the rest sounds like it, and
// the manager is told why he is asked.
func TestWhoSaysSoIsNotPassedOver(t *testing.T) {
	r := testReader(t)
	var ordinary weights
	ordinary[slices.Index(modelled[:], Ordinary)] = 1
	for mail, want := range map[string]string{
		"From: jan@pol.example\n\nIk ben zeer ontevreden over de training.":                                                           displeased.says,
		"From: jan@pol.example\n\nWij zijn niet tevreden.":                                                                            displeased.says,
		"From: jan@pol.example\n\nOver de docent ben ik erg teleurgesteld.":                                                           displeased.says,
		"From: jan@pol.example\n\nIk wil mij beklagen over uw kantoor.":                                                               displeased.says,
		"From: jan@pol.example\n\nI am very disappointed in your course.":                                                             displeased.says,
		"From: jan@pol.example\n\nHierbij dien ik een klacht in.":                                                                     performs.says,
		"From: jan@pol.example\n\nIk heb een klacht. Belt u mij?":                                                                     performs.says,
		"From: jan@pol.example\n\nMijn baas is ontevreden over zijn auto.":                                                            "",
		"From: bas@klikonderwijs.nl\n\nIk ben zeer ontevreden over de koffie.":                                                        "",
		"From: nieuws@reclame.example\nList-Unsubscribe: <https://reclame.example/uit>\n\nWij zijn niet tevreden voordat u het bent.": "",
	} {
		m := r.Parse(strings.NewReader(mail), time.Time{})
		kind, reasons := r.bySound(m, r.show(m, r.voiceOf(m)), ordinary)
		if asked := kind == Review; asked != (want != "") || asked && reasons[0] != want {
			t.Errorf("%q is %s: %q", mail, kind, reasons)
		}
	}
}
