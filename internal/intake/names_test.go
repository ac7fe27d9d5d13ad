package intake

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// gives says where a function gives something else than it should.
func gives(t *testing.T, f func(string) string, table map[string]string) {
	t.Helper()
	for text, want := range table {
		if got := f(text); got != want {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
}

func TestTidyName(t *testing.T) {
	gives(t, tidyName, map[string]string{
		"drs. H.W.A. Baltus":                     "H.W.A. Baltus",
		"Smeets, Ruud":                           "Ruud Smeets",
		"C. (Cemile) Demir":                      "Cemile Demir",
		"C.J. (Cees-Jan) Overbeek":               "Cees-Jan Overbeek",
		"Bep Kromhout, moeder van een cursist":   "Bep Kromhout, moeder van een cursist",
		"Berg, Jan van den":                      "Jan van den Berg",
		"jansen, piet":                           "piet jansen",
		"Jansen, Piet (Leerplein)":               "Piet Jansen",
		"Anna de Wit MSc":                        "Anna de Wit",
		"Oldenziel, B.":                          "B. Oldenziel",
		"B.J. Nijenhuis (Bert Jan)":              "Bert Jan Nijenhuis",
		"B.J. Nijenhuis (teamleider)":            "B.J. Nijenhuis",
		"D.A.M. Groeneveld (Kliniek)":            "D.A.M. Groeneveld",
		"Dennis Oudshoorn a.i.":                  "Dennis Oudshoorn",
		"Dr Siobhán O'Dwyer CEng":                "Siobhán O'Dwyer",
		"Sven Hilbrands RM RT":                   "Sven Hilbrands",
		"mevr. W. Wassink-Lammers":               "W. Wassink-Lammers",
		"mr. W.H.L. Aerts - van den Boogaard":    "W.H.L. Aerts - van den Boogaard",
		"S.E Blankestijn":                        "S.E. Blankestijn",
		strings.Repeat("mr. ", 10) + "J. Jansen": "mr. mr. mr. mr. mr. mr. J. Jansen", // no more than four titles are somebody's
	})
}

func TestALineOfASignatureIsCutWhereOneThingEnds(t *testing.T) {
	for line, want := range map[string][]string{
		"Ilkay Şahin | Autoservice De Linge | Geldermalsen": {"Ilkay Şahin", "Autoservice De Linge", "Geldermalsen"},
		"Jan Smit - Monteur":                        {"Jan Smit", "Monteur"},
		"A. Smit - Bouwbedrijf":                     {"A. Smit", "Bouwbedrijf"},
		"A. Smit - Dordrecht":                       {"A. Smit", "Dordrecht"},
		"Noortje Vrielink - ten Cate":               {"Noortje Vrielink - ten Cate"},
		"W.H.L. Aerts - van den Boogaard":           {"W.H.L. Aerts - van den Boogaard"},
		"Drs. Y.C.M. Eijkelboom - Peters":           {"Drs. Y.C.M. Eijkelboom - Peters"},
		"Wouter Haitsma, Waterschap De Hoge Dijk":   {"Wouter Haitsma", "Waterschap De Hoge Dijk"},
		"Joris van den Brûle bij het Nova College":  {"Joris van den Brûle", "het Nova College"},
		"Hakvoort Pompen VOF / 0527-555 180 / info": {"Hakvoort Pompen VOF", "0527-555 180", "info"},
	} {
		if got := signaturePieces(line); !slices.Equal(got, want) {
			t.Errorf("%q is cut into %q, not %q", line, got, want)
		}
	}
}

func TestAFirmBehindItsLabel(t *testing.T) {
	gives(t, labelledFirm, map[string]string{
		"Praktijkschool De Wending, Hoorn":                      "Praktijkschool De Wending",
		"Basisschool Oldehoek. Nummer: 058-2555604":             "Basisschool Oldehoek",
		"Buizenbuigerij Kwakkelstein, dat is ons eigen bedrijf": "Buizenbuigerij Kwakkelstein",
		"Basisschool Het Startblok (SPO De Brug), Ridderkerk":   "Basisschool Het Startblok",
		"Van Dam Techniek - afdeling Service":                   "Van Dam Techniek",
		"Loonbedrijf Poldermans & Zn.":                          "Loonbedrijf Poldermans & Zn.",
		"Dienstverlening Groep (VFDG)":                          "Dienstverlening Groep (VFDG)",
		"Gebr. Poort Sloopwerken B.V.":                          "Gebr. Poort Sloopwerken B.V.",
		"Vermeer, Transport en Overslag":                        "Vermeer, Transport en Overslag",
		"":                                                      "",
		", ":                                                    ", ",
		strings.Repeat("a", 50) + ". " + strings.Repeat("Bc", 5000): strings.Repeat("a", 50),
	})
}

func TestANameBehindItsLabel(t *testing.T) {
	gives(t, beforeRest, map[string]string{
		"L. Boonstra, kwaliteitsmanager":               "L. Boonstra",
		"Jansen, Piet":                                 "Jansen, Piet",
		"dhr. Sloothaak, Polderasfalt":                 "dhr. Sloothaak",
		"Vishal Ramcharan, Ramcharan Elektra (Almere)": "Vishal Ramcharan",
		"Thea Vermeulen - Bakker":                      "Thea Vermeulen - Bakker",
		"Jan Smit van Bakkerij Smit":                   "Jan Smit",
		"Jan Willem van het Hof":                       "Jan Willem van het Hof",
		"Piet Pol / hoofd inkoop / Delft":              "Piet Pol",
		"Truus, de vrouw van de voorzitter":            "Truus, de vrouw van de voorzitter",
	})
}

func TestANumberReachesWhoComplains(t *testing.T) {
	r := testReader(t)
	f := &fieldReader{Reader: r}
	for text, want := range map[string]string{
		"gsm 0475 55 50 12":                                     "+32475555012", // Belgian: Roermond has no mobile telephones
		"Tel. 0475 55 50 12":                                    "+31475555012",
		"T 0475 555 018 / nood 24/7: 0475 555 000":              "+31475555018",
		"secretariaat 030 555 48 41, direct 030 555 48 40":      "+31305554840",
		"m: 06-55513377 is vervallen, nieuw nummer: 0655561337": "+31655561337",
		"derdengelden NL00 STDG 0555 7777 01":                   "",
		"Nieuwe voicemail van +31 6 5551 2299 (1:07)":           "+31655512299",
	} {
		if got := f.bestPhone(text, "NL"); got != want {
			t.Errorf("%q reaches %q, not %q", text, got, want)
		}
	}
}

func TestADayWithoutAYearIsOfTheYearOfReceipt(t *testing.T) {
	for text, want := range map[string]string{
		"de brief is gedateerd 9 februari 2026":   "2026-02-09",
		"Aangetekende brief, gedateerd 5 januari": "2026-01-05",
		"gedateerd 5 november":                    "", // that is still to come
		"brief van gisteren":                      "",
		"gedateerd 31 februari":                   "",
		"gedateerd 0 januari":                     "",
		"gedateerd februari":                      "",
	} {
		got, ok := letterDate(text, "2026-02-20")
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q is of %q, not %q", text, got, want)
		}
	}
}

func TestWhatIsAddedBelowASignatureIsSaid(t *testing.T) {
	p := cutLetter("Beste mensen,\n\nBijgaand de lijst.\n\nMet vriendelijke groet,\nTruus Hagen\nMavo Haagland\n\nPS: dat uw trainer halverwege is vertrokken omdat zijn parkeerkaartje afliep\nvond ik schandalig.\n\n070 555 12 34")
	if want := []string{"Truus Hagen", "Mavo Haagland", "070 555 12 34"}; !slices.Equal(p.signature, want) {
		t.Errorf("signature %q, want %q", p.signature, want)
	}
	if n := len(p.body); n != 2 || !strings.Contains(p.body[1], "parkeerkaartje afliep\nvond ik schandalig") {
		t.Errorf("body %q", p.body)
	}
	if p := cutLetter("Hallo,\n\nTot dan.\n\nGroet,\nPS Smit"); len(p.signature) != 1 {
		t.Errorf("signature %q, want the name alone", p.signature)
	}
}

// Somebody who sends his own unanswered mail again seldom signs it in full twice.
func TestAnEarlierMailOfHisOwnSaysWhoHeIs(t *testing.T) {
	r := testReader(t)
	raw := "From: Guusje <guusje@tandtechniekhendriks.example>\r\nTo: klachten@klikonderwijs.example\r\nSubject: Fwd: Vraag over facturatie\r\nDate: Thu, 12 Nov 2026 10:15:00 +0100\r\n\r\n" +
		"Onderstaande stuurde ik op 1 oktober. Nog altijd geen antwoord, wel een aanmaning. Ik vind dat een schande en dien hierover een klacht in. Zo gaat u niet met klanten om, en ik wil dat de aanmaning van tafel gaat.\r\n\r\nGuusje\r\n\r\n" +
		"---------- Forwarded message ---------\r\nVan: Guusje Hendriks <guusje@tandtechniekhendriks.example>\r\nDate: do 1 okt 2026 om 09:12\r\nSubject: Vraag over facturatie\r\nTo: <facturen@klikonderwijs.example>\r\n\r\n" +
		"Hallo,\r\n\r\nOp de factuur voor de cursus Legionella staat twee keer dezelfde deelnemer. Klopt dit?\r\n\r\nMet vriendelijke groet,\r\nGuusje Hendriks\r\nTandtechnisch Lab Hendriks\r\n0495 555 712\r\n"
	got := r.Judge(r.Parse(strings.NewReader(raw), time.Date(2026, 11, 12, 9, 15, 0, 0, time.UTC)))
	if got.Kind != Complaint {
		t.Fatalf("it is %s: %q", got.Kind, got.Reasons)
	}
	for what, field := range map[string]struct {
		got  *Field
		want string
	}{
		"name": {got.Fields.Name, "Guusje Hendriks"}, "organisation": {got.Fields.Organisation, "Tandtechnisch Lab Hendriks"},
		"phone": {got.Fields.Phone, "+31495555712"}, "product": {got.Fields.Product, "cursus Legionella"},
	} {
		if field.got == nil || field.got.Value != field.want {
			t.Errorf("%s is %+v, not %q", what, field.got, field.want)
		}
	}
}

func TestAnAddressForMany(t *testing.T) {
	for address, want := range map[string]bool{
		"info@bakker.example": true, "hr.noord@bakker.example": true, "Planning@bakker.example": true, "no-reply@bakker.example": true,
		"jan@bakker.example": false, "hrvanes@bakker.example": false, "team.jan@bakker.example": true, "infante@bakker.example": false, "": false,
	} {
		if got := forMany(address); got != want {
			t.Errorf("%q is read by many: %v, want %v", address, got, want)
		}
	}
}

// Two mails without an address are not of one person.
func TestAForwardWithoutAnAddressIsNotHisOwn(t *testing.T) {
	r := testReader(t)
	m := &Message{Own: strings.Repeat("Zie hieronder wat ons is overkomen. Ik vind het een schande. ", 9) + "\n\nGroet,\nKees", Forwarded: &Forwarded{Text: "Hallo,\n\nDat doen wij niet.\n\nMet vriendelijke groet,\nGuusje Hendriks\nTandtechnisch Lab Hendriks\n0495 555 712"}}
	f := r.fieldReader(m, r.voiceOf(m), Complaint)
	if signed := strings.Join(f.letter.signature, "\n"); strings.Contains(signed, "Guusje") {
		t.Errorf("his signature is %q", signed)
	}
}

func TestNoNames(t *testing.T) {
	for _, no := range []string{"Kroon Kunststoffen B.V.", "manager Kwaliteit", "Afdeling planning", "06 12345678", "a@b.nl", "", "met vriendelijke groet"} {
		if looksLikeName(no) {
			t.Errorf("%q was taken for a name", no)
		}
	}
}

func TestTidyOrganisation(t *testing.T) {
	gives(t, tidyOrganisation, map[string]string{
		"'t Kompas Vakonderwijs":             "'t Kompas Vakonderwijs",
		"'s-Heerenbos Zorg":                  "'s-Heerenbos Zorg",
		"'Zorgboog'":                         "Zorgboog",
		"Banketbakkerij Mutsaers sinds 1931": "Banketbakkerij Mutsaers",
		"Brouwerij De Kuip, anno 1880":       "Brouwerij De Kuip",
		"Flexpol BV.":                        "Flexpol BV",
		"Flexpol B.V.":                       "Flexpol B.V.",
		"-- Stichting De Vallei":             "Stichting De Vallei",
		"x":                                  "",
	})
}
