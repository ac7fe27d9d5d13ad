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
		"Formulier: Bezwaar tegen afhandeling klacht\n" + angry:                                            Objection,
		"Klachtenformulier\n" + angry:                                                                      Complaint,
		"Contactformulier\n\nSoort bericht: klacht\n" + angry:                                              Complaint,
		"Formulier: evaluatie\n" + fields + "Docent: 10\nHeeft u een klacht? Nee\nOpmerkingen: Prima dag!": Ordinary,
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
