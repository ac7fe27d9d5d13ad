// Package command reads what a person wrote as one order of the procedure, or says in Dutch why it could not.
//
// The table below is the whole language: the parser, the buttons, the help and the refusals come from it.
package command

import (
	"slices"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// Need says whether a command takes something besides its word.
type Need int

// The needs.
const (
	None Need = iota
	Optional
	Required
)

// Guard says what of a line can take back the word that it begins with.
type Guard int

// The guards. A Word stands alone, so that any denial behind it does; behind a Reasoned one a reason may
// follow ("gegrond, omdat de trainer niet kwam"), so that only a denial right behind it does.
const (
	Free Guard = iota
	Word
	Reasoned
)

// Entry is one command of the language. Who may give it says complaint.Rules.
type Entry struct {
	Word    string         // as it is written and answered
	Also    []string       // other words that mean the same
	Verb    complaint.Verb // what it orders
	Whom    Need           // a person's name or address, or a number, behind the word
	Date    Need           // a day behind the word
	Until   bool           // the day stands at the end of the text: "maatregel … voor 24 april"
	Future  bool           // the day lies ahead
	Doubt   bool           // it answers a doubtful mail too, which is no case yet
	Answers []string       // plain answers to the question about a doubtful mail that mean the same
	Guard   Guard          // what can take the word back
	Syntax  string         // how it is written, for the help
	Help    string         // what it does, in one line
	Label   string         // what its button says; "" when it has none
	Body    string         // what stands ready in the answer that the button opens
}

// Roles are those who may give the command.
func (e Entry) Roles() []complaint.Role { return complaint.RolesOf(e.Verb) }

var table = []Entry{
	{
		Word: "klacht", Verb: complaint.VerbComplaint, Guard: Word, Doubt: true, Answers: []string{"ja"},
		Syntax: "klacht", Help: "dit bericht is (toch) een klacht: registreer het en bevestig de ontvangst", Label: "Ja, dit is een klacht",
	},
	{
		Word: "geen klacht", Verb: complaint.VerbNoComplaint, Guard: Word, Doubt: true, Answers: []string{"nee"},
		Syntax: "geen klacht", Help: "dit bericht is (toch) geen klacht", Label: "Nee, geen klacht",
	},
	{
		Word: "toewijzen", Also: []string{"wijs toe", "toewijzen aan"}, Verb: complaint.VerbAssign, Guard: Reasoned, Whom: Required,
		Syntax: "toewijzen <naam of e-mailadres>", Help: "geef de klacht aan deze beoordelaar, met het hele dossier", Label: "Toewijzen",
	},
	{
		Word: "teruggeven", Also: []string{"geef terug"}, Verb: complaint.VerbHandBack,
		Syntax: "teruggeven, met de reden eronder", Help: "u kunt deze klacht niet behandelen (niet onafhankelijk, afwezig)",
		Label: "Ik geef de klacht terug", Body: "Reden: ",
	},
	{
		Word: "bevestigd", Also: []string{"ontvangst bevestigd"}, Verb: complaint.VerbAcknowledged, Guard: Word, Date: Optional,
		Syntax: "bevestigd [<datum>]", Help: "u heeft de ontvangst zelf aan de indiener bevestigd, of onze brief gepost", Label: "Ik heb de ontvangst zelf bevestigd",
	},
	{
		Word: "informeel", Also: []string{"informele fase"}, Verb: complaint.VerbInformal, Guard: Reasoned, Whom: Optional,
		Syntax: "informeel [<bemiddelaar>]", Help: "laat eerst iemand bemiddelen; noem een naam, of een naam met e-mailadres", Label: "Eerst bemiddelen",
	},
	{
		Word: "opgelost", Verb: complaint.VerbSettled, Guard: Reasoned,
		Syntax: "opgelost, met de afspraak eronder", Help: "de bemiddeling is gelukt; de indiener krijgt de afspraak schriftelijk", Label: "Het is opgelost", Body: "Afspraak: ",
	},
	{
		Word: "formeel", Verb: complaint.VerbFormal, Guard: Word,
		Syntax: "formeel", Help: "begin met de formele procedure; de termijnen tellen vanaf vandaag", Label: "Begin de formele procedure",
	},
	{
		Word: "contact", Also: []string{"contact gehad", "contact opgenomen"}, Verb: complaint.VerbContact, Guard: Word, Date: Optional,
		Syntax: "contact [<datum>]", Help: "u heeft contact gehad met de indiener; zonder datum: vandaag", Label: "Ik heb contact gehad",
	},
	{
		Word: "uitstel", Verb: complaint.VerbDelay, Guard: Reasoned, Date: Required, Future: true,
		Syntax: "uitstel <datum>, met de reden eronder", Help: "het contact wordt later; de indiener krijgt de nieuwe datum en de reden",
		Label: "Ik heb meer tijd nodig", Body: "Nieuwe datum: \nReden: ",
	},
	{
		Word: "bericht", Verb: complaint.VerbMessage, Guard: Reasoned,
		Syntax: "bericht, met de tekst eronder", Help: "wij sturen uw tekst in een nette mail naar de indiener", Label: "Schrijf aan de indiener", Body: "Bericht: ",
	},
	{
		Word: "gegrond", Verb: complaint.VerbFounded, Guard: Reasoned,
		Syntax: "gegrond, met de motivering eronder", Help: "uw oordeel: de indiener heeft gelijk", Label: "Oordeel: gegrond", Body: "Motivering: ",
	},
	{
		Word: "deels gegrond", Also: []string{"gedeeltelijk gegrond"}, Verb: complaint.VerbPartlyFounded, Guard: Reasoned,
		Syntax: "deels gegrond, met de motivering eronder", Help: "uw oordeel: de indiener heeft voor een deel gelijk", Label: "Oordeel: deels gegrond", Body: "Motivering: ",
	},
	{
		Word: "ongegrond", Verb: complaint.VerbUnfounded, Guard: Reasoned,
		Syntax: "ongegrond, met de motivering eronder", Help: "uw oordeel: de indiener heeft geen gelijk", Label: "Oordeel: ongegrond", Body: "Motivering: ",
	},
	{
		Word: "akkoord", Verb: complaint.VerbAgree, Guard: Word,
		Syntax: "akkoord", Help: "u bent het eens met het oordeel; de indiener krijgt de beslissing", Label: "Ik ben het eens met het oordeel",
	},
	{
		Word: "opmerking", Also: []string{"opmerkingen"}, Verb: complaint.VerbRemark,
		Syntax: "opmerking, met uw tekst eronder", Help: "de beoordelaar krijgt uw opmerkingen; het volgende oordeel is definitief", Label: "Ik heb een opmerking", Body: "Opmerking: ",
	},
	{
		Word: "definitief", Verb: complaint.VerbFinal, Guard: Word,
		Syntax: "definitief", Help: "de manager heeft niet op tijd geantwoord: uw oordeel wordt de beslissing", Label: "Maak het oordeel definitief",
	},
	{
		Word: "maatregel", Verb: complaint.VerbMeasure, Date: Optional, Until: true, Future: true,
		Syntax: "maatregel <wat er gaat gebeuren> [voor <datum>]", Help: "leg vast wat er na de beslissing gebeurt", Label: "Leg een maatregel vast", Body: "Maatregel: \nVoor: ",
	},
	{
		Word: "uitgevoerd", Verb: complaint.VerbDone, Guard: Word, Whom: Optional,
		Syntax: "uitgevoerd [<nummer>]", Help: "de maatregel met dit nummer is uitgevoerd", Label: "Uitgevoerd",
	},
	{
		Word: "geen maatregel", Verb: complaint.VerbNoMeasure,
		Syntax: "geen maatregel", Help: "er hoeft na de beslissing niets te gebeuren", Label: "Er is geen maatregel nodig",
	},
	{
		Word: "bezwaar", Verb: complaint.VerbObject, Date: Optional,
		Syntax: "bezwaar [<datum>], met de tekst eronder", Help: "de indiener maakt bezwaar (per brief of telefoon; een mail lezen wij zelf)",
	},
	{
		Word: "ontvankelijk", Verb: complaint.VerbAdmit, Guard: Word,
		Syntax: "ontvankelijk", Help: "het bezwaar was te laat, maar wordt toch behandeld", Label: "Behandel het bezwaar toch",
	},
	{
		Word: "niet ontvankelijk", Also: []string{"niet-ontvankelijk", "onontvankelijk"}, Verb: complaint.VerbNotAdmit,
		Syntax: "niet ontvankelijk, met de reden eronder", Help: "het bezwaar was te laat en wordt niet behandeld; de indiener krijgt de reden", Label: "Behandel het bezwaar niet", Body: "Reden: ",
	},
	{
		Word: "commissie", Verb: complaint.VerbCommittee, Guard: Reasoned, Whom: Required,
		Syntax: "commissie <lid>, <lid>, …", Help: "benoem de geschillencommissie; de eerste wordt voorzitter", Label: "Benoem de commissie",
	},
	{
		Word: "verlengen", Also: []string{"verleng"}, Verb: complaint.VerbExtend, Guard: Reasoned, Date: Required, Future: true,
		Syntax: "verlengen <datum>, met de reden eronder", Help: "de commissie heeft meer tijd nodig; de indiener krijgt de nieuwe datum en de reden",
		Label: "Wij hebben meer tijd nodig", Body: "Nieuwe datum: \nReden: ",
	},
	{
		Word: "intrekken", Verb: complaint.VerbWithdraw,
		Syntax: "intrekken", Help: "de indiener trekt de klacht in (per brief of telefoon; een mail lezen wij zelf)",
	},
	{
		Word: "sluiten", Verb: complaint.VerbClose,
		Syntax: "sluiten, met de reden eronder", Help: "sluit de klacht af; de indiener krijgt de reden", Body: "Reden: ",
	},
	{
		Word: "status", Verb: complaint.VerbStatus,
		Syntax: "status", Help: "hoe het met deze klacht staat, met alle gegevens en termijnen", Label: "Bekijk de stand van zaken",
	},
	{
		Word: "hulp", Also: []string{"help"}, Verb: complaint.VerbHelp,
		Syntax: "hulp", Help: "deze lijst",
	},
}

// Table is every command, in the order of the procedure.
func Table() []Entry { return slices.Clone(table) }

// For lists the commands of a role, for a doubtful mail or for a case.
func For(role complaint.Role, doubt bool) (entries []Entry) {
	for _, e := range table {
		if slices.Contains(e.Roles(), role) && (!doubt || e.Doubt || e.Verb == complaint.VerbHelp) {
			entries = append(entries, e)
		}
	}
	return entries
}

// Lookup is the entry of a verb.
func Lookup(verb complaint.Verb) (Entry, bool) {
	for _, e := range table {
		if e.Verb == verb {
			return e, true
		}
	}
	return Entry{}, false
}

// HelpLines tells a role what it can write: "contact [<datum>]: u heeft contact gehad …".
func HelpLines(entries []Entry) []string {
	lines := make([]string, len(entries))
	for i, e := range entries {
		lines[i] = e.Syntax + ": " + e.Help
	}
	return lines
}

// listed lists the commands for a sentence: "contact, uitstel, teruggeven, status of hulp".
func listed(entries []Entry) string {
	words := make([]string, len(entries))
	for i, e := range entries {
		words[i] = e.Word
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " of " + words[len(words)-1]
}
