package intake

import (
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

// A form of our own website for objections is no new complaint, nor is an evaluation that asks for complaints.
func TestWhatAFormIsFor(t *testing.T) {
	r := testReader(t)
	fields := "Naam: Kees Boutkan\nE-mail: k@veste.example\nTelefoon: 06 1234 5678\nProduct: Operator Maintenance\n"
	angry := fields + "Toelichting: Ik maak bezwaar tegen de factuur, want de dag ging niet door."
	for text, want := range map[string]Kind{
		"Formulier: Bezwaar tegen afhandeling klacht\n" + angry: Objection,
		"Klachtenformulier\n" + angry:                           Complaint,
		"Contactformulier\n\nSoort bericht: klacht\n" + angry:   Complaint,
		"Formulier: evaluatie\n" + fields + "Docent: 10\nHeeft u een klacht? Nee\nOpmerkingen: Prima dag, de trainer was geweldig, hartelijk dank en tot volgend jaar!": Ordinary,
	} {
		raw := strings.Join([]string{"From: website <formulier@klikonderwijs.nl>", "Subject: Nieuwe inzending", "", text}, "\n")
		if got := r.Judge(r.Parse(strings.NewReader(raw), time.Time{})); got.Kind != want {
			t.Errorf("%s: %s, not %s: %q", firstLine(text), got.Kind, want, got.Reasons)
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

// Nobody is passed over who says in so many words that he is not content.
func TestWhoSaysSoIsNotPassedOver(t *testing.T) {
	r := testReader(t)
	for _, text := range []string{
		"Ik ben zeer ontevreden over de training.", "Wij zijn niet tevreden.", "Hierbij dien ik een klacht in.", "Over de docent ben ik erg teleurgesteld.",
		"Ik wil mij beklagen over uw kantoor.", "I am very disappointed in your course.", "We are not happy with the trainer.", "Ik heb een klacht. Belt u mij?",
	} {
		for _, subject := range []string{"training", "klacht", ""} {
			raw := "From: Jan Pol <jan@pol.example>\nSubject: " + subject + "\n\n" + text + "\n\nJan Pol"
			if got := r.Judge(r.Parse(strings.NewReader(raw), time.Time{})); got.Kind != Complaint && got.Kind != Review {
				t.Errorf("%s: %s: %s %.2f", subject, text, got.Kind, got.Score)
			}
		}
	}
	raw := "From: Reclame <nieuws@reclame.example>\nSubject: Webinar klantbeleving\nList-Unsubscribe: <https://reclame.example/uit>\n\nWij zijn niet tevreden voordat u het bent! Meld u nu aan voor ons gratis webinar en ontvang de whitepaper.\n\nAfmelden voor deze nieuwsbrief: https://reclame.example/uit"
	if got := r.Judge(r.Parse(strings.NewReader(raw), time.Time{})); got.Kind != Bulk {
		t.Errorf("an advertisement is a %s", got.Kind)
	}
}
