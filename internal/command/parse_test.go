package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// today is Thursday 9 April 2026.
var today = workday.NewDate(2026, 4, 9)

func TestParse(t *testing.T) {
	const (
		M = complaint.RoleManager
		A = complaint.RoleAssessor
	)
	april := func(day int) workday.Date { return workday.NewDate(2026, 4, day) }
	tests := []struct {
		line, text string
		role       complaint.Role
		doubt      bool
		want       complaint.Order
		refusal    string
	}{
		{line: "contact", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "CONTACT!", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "  • Contact.", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "Re: contact", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "contact gisteren", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(8)}},
		{line: "contact gehad op dinsdag 7 april 2026", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(7)}},
		{line: "contact 7-4", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(7)}},
		{line: "contact 2026-04-07, gebeld", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(7), Text: "gebeld"}},
		{line: "contact 31 dec", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: workday.NewDate(2025, 12, 31)}},
		{line: "contact", text: "Lang gesproken.\nHij belt terug.", role: A, want: complaint.Order{Verb: complaint.VerbContact, Text: "Lang gesproken.\nHij belt terug."}},
		{line: "contact maandag 7 april 2026", role: A, refusal: "begrijpen de datum"}, // 7 April 2026 is a Tuesday
		{line: "contact 31-02-2026", role: A, refusal: "begrijpen de datum"},
		{line: "contact vrijdag", role: A, refusal: "begrijpen de datum"}, // which Friday: asked, never guessed
		{line: "contact vandaag", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(9)}},
		{line: "contact drie dagen geleden", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(6)}},
		{line: "contact een week geleden", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(2)}},
		{line: "contact afgelopen dinsdag, gebeld", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(7), Text: "gebeld"}},
		{line: "contact dinsdag jl.", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(7)}},
		{line: "contact vorige week vrijdag", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(3)}},
		{line: "contact gisteren en hij belt terug", role: A, want: complaint.Order{Verb: complaint.VerbContact, On: april(8), Text: "en hij belt terug"}},
		{line: "contact over de trainer gesproken", role: A, want: complaint.Order{Verb: complaint.VerbContact, Text: "over de trainer gesproken"}},
		{line: "contact vorige week", role: A, refusal: "begrijpen de datum"},
		{line: "contact 7-4 en 8-4", role: A, refusal: "begrijpen de datum"},
		{line: "contact in april", role: A, refusal: "begrijpen de datum"},
		{line: "contact niet gelukt", role: A, refusal: "of juist niet"},
		{line: "contact opgenomen, maar hij is niet bereikt", role: A, refusal: "of juist niet"},
		{line: "contact?", role: A, refusal: "of juist niet"},
		{line: "gegrond?", role: A, refusal: "of juist niet"},
		{line: "gegrond is het niet", role: A, refusal: "of juist niet"},
		{line: "gegrond, omdat de trainer niet kwam", role: A, want: complaint.Order{Verb: complaint.VerbFounded, Text: "omdat de trainer niet kwam"}},
		{line: "ongegrond: hij was niet te laat", role: A, want: complaint.Order{Verb: complaint.VerbUnfounded, Text: "hij was niet te laat"}},
		{line: "gegrond", text: "Met vriendelijke groet,\n\nN. Korst\nVAPRO, tel. 070 123 45 67", role: A, want: complaint.Order{Verb: complaint.VerbFounded}}, // a signature is no motivation
		{line: "gegrond", text: "Motivering: De trainer kwam niet.\n\nMvg Nico\n", role: A, want: complaint.Order{Verb: complaint.VerbFounded, Text: "De trainer kwam niet."}},
		{line: "teruggeven niet onafhankelijk", role: A, want: complaint.Order{Verb: complaint.VerbHandBack, Text: "niet onafhankelijk"}},
		{line: "uitstel over twee weken", text: "Ik ben ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(23), Text: "Ik ben ziek."}},
		{line: "uitstel over 1 maand", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2026, 5, 9), Text: "Ziek."}},
		{line: "uitstel tot en met volgende week dinsdag", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(14), Text: "Ziek."}},
		{line: "uitstel dinsdag volgende week", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(14), Text: "Ziek."}},
		{line: "uitstel morgen", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(10), Text: "Ziek."}},
		{line: "uitstel komende maandag", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(13), Text: "Ziek."}},
		{line: "uitstel vrijdag 4 december", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2026, 12, 4), Text: "Ziek."}},
		{line: "uitstel 4-12", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2026, 12, 4), Text: "Ziek."}},
		{line: "uitstel de 4e december", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2026, 12, 4), Text: "Ziek."}},
		{line: "uitstel 4 dec '26", text: "Ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2026, 12, 4), Text: "Ziek."}},
		{line: "uitstel volgende vrijdag", text: "Ziek.", role: A, refusal: "begrijpen de datum"}, // tomorrow, or in eight days: asked
		{line: "uitstel volgende week", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "uitstel eind april", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "uitstel morgen over een week", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "uitstel 24 april of 1 mei", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "uitstel over een paar weken", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "uitstel twee weken", text: "Ziek.", role: A, refusal: "begrijpen de datum"},
		{line: "akkoord, maar niet met de motivering", role: M, refusal: "of juist niet"},
		{line: "niet akkoord", role: M, refusal: "Wij begrijpen niet"},
		{line: "opgelost is het nog niet", role: M, refusal: "of juist niet"},
		{line: "niet-ontvankelijk", text: "Reden: Te laat.", role: M, want: complaint.Order{Verb: complaint.VerbNotAdmit, Text: "Te laat."}},
		{line: "onontvankelijk", text: "Reden: Te laat.", role: M, want: complaint.Order{Verb: complaint.VerbNotAdmit, Text: "Te laat."}},
		{line: "ontvankelik", role: M, want: complaint.Order{Verb: complaint.VerbAdmit}},
		{line: "onontvankelik", role: M, refusal: "Wij begrijpen niet"},
		{line: "ngegrond", text: "Nee.", role: A, refusal: "Wij begrijpen niet"}, // gegrond or ongegrond: asked
		{line: "Ja, dit is er een", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbComplaint, Text: "dit is er een"}},
		{line: "nee", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbNoComplaint}},
		{line: "klacht? nee", role: M, doubt: true, refusal: "of juist niet"},
		{line: "klacht is dit niet", role: M, doubt: true, refusal: "of juist niet"},
		{line: "ja hoor", role: M, refusal: "Wij begrijpen niet"}, // it answers a question only
		{line: "conatct", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "contract", role: A, want: complaint.Order{Verb: complaint.VerbContact}},
		{line: "contactpersoon gebeld", role: A, refusal: "Wij begrijpen niet"},
		{line: "dank u wel", role: A, refusal: "teruggeven, contact, uitstel, bericht, gegrond, deels gegrond, ongegrond, definitief, status of hulp"},
		{line: "", role: A, refusal: "Wij begrijpen niet"},
		{line: "uitstel tot 24 april", text: "Ik ben ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(24), Text: "Ik ben ziek."}},
		{line: "uitstel", text: "Nieuwe datum: 24-04-2026\nReden: Ik ben ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(24), Text: "Ik ben ziek."}},
		{line: "uitstel", text: "vrijdag 24 april\n\nNieuwe datum: \nReden: Ik ben ziek.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: april(24), Text: "Ik ben ziek."}},
		{line: "uitstel", text: "Nieuwe datum: \nReden: Ik ben ziek.", role: A, refusal: "om welke datum"},
		{line: "uitstel 2-1", text: "Feestdagen.", role: A, want: complaint.Order{Verb: complaint.VerbDelay, On: workday.NewDate(2027, 1, 2), Text: "Feestdagen."}},
		{line: "teruggeven", text: "Reden: Ik ken deze school.", role: A, want: complaint.Order{Verb: complaint.VerbHandBack, Text: "Ik ken deze school."}},
		{line: "teruggeven", role: A, want: complaint.Order{Verb: complaint.VerbHandBack}}, // why not is the procedure's to ask
		{line: "toewijzen i.bakker@toets.example", role: M, want: complaint.Order{Verb: complaint.VerbAssign, Whom: "i.bakker@toets.example"}},
		{line: "Toewijzen aan mevr. Bakker.", role: M, want: complaint.Order{Verb: complaint.VerbAssign, Whom: "mevr. Bakker"}},
		{line: "toewijzen", role: M, refusal: "om wie het gaat"},
		{line: "contact", role: M, refusal: "Wij begrijpen niet"}, // the assessor's word
		{line: "klacht", role: M, want: complaint.Order{Verb: complaint.VerbComplaint}},
		{line: "akkoord", role: M, doubt: true, refusal: "klacht, geen klacht of hulp"}, // a doubt is no case yet
		{line: "informeel", role: M, want: complaint.Order{Verb: complaint.VerbInformal}},
		{line: "informeel Anna de Wit <a.dewit@voorbeeld.example>", role: M, want: complaint.Order{Verb: complaint.VerbInformal, Whom: "Anna de Wit <a.dewit@voorbeeld.example>"}},
		{line: "Deels gegrond:", text: "Motivering: De trainer was ziek.", role: A, want: complaint.Order{Verb: complaint.VerbPartlyFounded, Text: "De trainer was ziek."}},
		{line: "niet ontvankelijk", text: "Reden: Te laat.", role: M, want: complaint.Order{Verb: complaint.VerbNotAdmit, Text: "Te laat."}},
		{line: "ontvankelijk", role: M, want: complaint.Order{Verb: complaint.VerbAdmit}},
		{line: "maatregel nieuwe trainer inplannen voor 24 april", role: M, want: complaint.Order{Verb: complaint.VerbMeasure, Text: "nieuwe trainer inplannen", On: april(24)}},
		{line: "maatregel geld terug voor 3 deelnemers", role: M, want: complaint.Order{Verb: complaint.VerbMeasure, Text: "geld terug voor 3 deelnemers"}},
		{line: "maatregel", text: "Maatregel: Excuses aanbieden.\nVoor: 17-04-2026", role: M, want: complaint.Order{Verb: complaint.VerbMeasure, Text: "Excuses aanbieden.", On: april(17)}},
		{line: "maatregel", text: "Maatregel: Excuses aanbieden.\nVoor: ", role: M, want: complaint.Order{Verb: complaint.VerbMeasure, Text: "Excuses aanbieden."}},
		{line: "maatregel", text: "Maatregel: Excuses.\nVoor: snel", role: M, refusal: "begrijpen de datum"},
		{line: "uitgevoerd 2", role: M, want: complaint.Order{Verb: complaint.VerbDone, Whom: "2"}},
		{line: "geen maatregel", role: M, want: complaint.Order{Verb: complaint.VerbNoMeasure}},
		{line: "commissie A. Bos, mevr. Vos", role: M, want: complaint.Order{Verb: complaint.VerbCommittee, Whom: "A. Bos, mevr. Vos"}},
		{line: "verlengen 24 april", text: "Reden: Getuige op reis.", role: complaint.RoleCommittee, want: complaint.Order{Verb: complaint.VerbExtend, On: april(24), Text: "Getuige op reis."}},
		{line: "gegrond", role: complaint.RoleMember, refusal: "status of hulp"}, // the chair's word
		{line: "klacht", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbComplaint}},
		{line: "geen klacht", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbNoComplaint}},
		{line: "Geen  Klacht!!", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbNoComplaint}},
		{line: "geen klahct", role: M, doubt: true, want: complaint.Order{Verb: complaint.VerbNoComplaint}},
		{line: "geen idee", role: M, doubt: true, refusal: "Wij begrijpen niet"},
		{line: "help", role: M, want: complaint.Order{Verb: complaint.VerbHelp}},
		{line: "status?", role: M, want: complaint.Order{Verb: complaint.VerbStatus}},
		{line: strings.Repeat("x", 1<<20), role: M, refusal: "Wij begrijpen niet"},
		{line: "toewijzen aan " + strings.Repeat("iemand ", 400), role: M, refusal: "alleen om wie het gaat"},
	}
	for _, tt := range tests {
		t.Run(tt.line[:min(len(tt.line), 40)], func(t *testing.T) {
			got, why := Parse(tt.line, tt.text, tt.role, tt.doubt, today)
			if tt.refusal != "" {
				if why == nil || !strings.Contains(why.Reason, tt.refusal) {
					t.Errorf("understood %+v, %v; want %q", got, why, tt.refusal)
				}
				return
			}
			if why != nil {
				t.Fatal(why.Reason)
			}
			tt.want.By = tt.role
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTableIsWhole(t *testing.T) {
	words := map[string]bool{}
	for _, e := range Table() {
		if words[e.Word] || e.Help == "" || e.Syntax == "" || len(e.Roles()) == 0 || e.Word != strings.ToLower(e.Word) {
			t.Errorf("entry %q", e.Word)
		}
		words[e.Word] = true
		for _, role := range e.Roles() {
			order, why := Parse(e.Word+needed(e), "Reden: zo is het.", role, e.Doubt, today)
			if why != nil || order.Verb != e.Verb {
				t.Errorf("%s: %+v, %v", e.Word, order, why)
			}
		}
	}
}

// needed is what a command needs behind its word.
func needed(e Entry) string {
	switch {
	case e.Date == Required:
		return " 2026-05-01"
	case e.Whom == Required:
		return " iemand"
	}
	return ""
}

func TestFirstLineAndBelow(t *testing.T) {
	own := "\r\n  \r\ncontact 7-4\r\n\r\nGebeld.\r\n"
	if got := FirstLine(own); got != "contact 7-4" {
		t.Errorf("first line %q", got)
	}
	if got := Below(own); got != "Gebeld." {
		t.Errorf("below %q", got)
	}
	greeted := "Beste Marit,\n\nakkoord\n\nGroet, Nico"
	if got := FirstLine(greeted); got != "akkoord" {
		t.Errorf("first line below a salutation %q", got)
	}
	if got := Below(greeted); got != "Groet, Nico" {
		t.Errorf("below it %q", got)
	}
	if got := FirstLine("Hallo"); got != "Hallo" {
		t.Errorf("nothing but a salutation: %q", got)
	}
	if FirstLine("") != "" || Below("x") != "" {
		t.Error("something was read out of nothing")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("contact 7-4", "Reden: x")
	f.Add("Re: uitstel tot 31/02/26", "Nieuwe datum: morgen")
	f.Fuzz(func(t *testing.T, line, text string) {
		for _, role := range []complaint.Role{complaint.RoleManager, complaint.RoleAssessor} {
			order, why := Parse(line, text, role, false, today)
			if why == nil && order.Verb == "" {
				t.Error("neither an order nor a reason")
			}
		}
	})
}

// A motivation may stand behind the word, on one line of any length: mail programs wrap only what they show. Nothing
// of it is cut off; what is too long to be read is refused as a whole (Klachtenprocedure 8).
func TestLongTextsAreNotCut(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("De trainer kwam niet opdagen. ", 100))
	own := "gegrond, " + long + "\n\nHij komt alsnog."
	got, why := Parse(FirstLine(own), Below(own), complaint.RoleAssessor, false, today)
	if why != nil || got.Text != long+"\nHij komt alsnog." {
		t.Errorf("%d bytes became %d, %v", len(long), len(got.Text), why)
	}
	under := strings.Repeat("De trainer kwam niet opdagen.\n", 1000)
	if got, why = Parse("gegrond", under, complaint.RoleAssessor, false, today); why != nil || got.Text != strings.TrimSpace(under) {
		t.Errorf("%d bytes became %d, %v", len(under), len(got.Text), why)
	}
	for _, too := range [][2]string{{"gegrond", strings.Repeat(under, 3)}, {"gegrond " + strings.Repeat(long, 20), ""}} {
		if _, why = Parse(too[0], too[1], complaint.RoleAssessor, false, today); why == nil || why.Word != "gegrond" || !strings.Contains(why.Reason, "te lang") {
			t.Errorf("a text that is too long: %v", why)
		}
	}
}
