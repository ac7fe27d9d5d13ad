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

// Entry is one command of the language.
type Entry struct {
	Word   string           // as it is written and answered
	Also   []string         // other words that mean the same
	Verb   complaint.Verb   // what it orders
	Roles  []complaint.Role // who may use it
	Whom   Need             // a person's name or address behind the word
	Date   Need             // a day behind the word
	Future bool             // the day lies ahead
	Text   Need             // a text under or behind it
	Doubt  bool             // it answers a doubtful mail, which is no case yet
	Syntax string           // how it is written, for the help
	Help   string           // what it does, in one line
	Label  string           // what its button says; "" when it has none
	Body   string           // what stands ready in the answer that the button opens
}

var table = []Entry{
	{
		Word: "klacht", Verb: complaint.VerbComplaint, Roles: manager, Doubt: true,
		Syntax: "klacht", Help: "dit bericht is een klacht: registreer het en bevestig de ontvangst", Label: "Ja, dit is een klacht",
	},
	{
		Word: "geen klacht", Verb: complaint.VerbNoComplaint, Roles: manager, Doubt: true,
		Syntax: "geen klacht", Help: "dit bericht is geen klacht: vergeet de inhoud", Label: "Nee, geen klacht",
	},
	{
		Word: "toewijzen", Also: []string{"wijs toe", "toewijzen aan"}, Verb: complaint.VerbAssign, Roles: manager, Whom: Required,
		Syntax: "toewijzen <naam of e-mailadres>", Help: "geef de klacht aan deze beoordelaar, met het hele dossier",
	},
	{
		Word: "bevestigd", Also: []string{"ontvangst bevestigd"}, Verb: complaint.VerbAcknowledged, Roles: manager, Date: Optional,
		Syntax: "bevestigd [<datum>]", Help: "u heeft de ontvangst zelf aan de indiener bevestigd", Label: "Ik heb de ontvangst zelf bevestigd",
	},
	{
		Word: "contact", Also: []string{"contact gehad", "contact opgenomen"}, Verb: complaint.VerbContact, Roles: assessor, Date: Optional, Text: Optional,
		Syntax: "contact [<datum>]", Help: "u heeft contact gehad met de indiener; zonder datum: vandaag", Label: "Ik heb contact gehad",
	},
	{
		Word: "uitstel", Verb: complaint.VerbDelay, Roles: assessor, Date: Required, Future: true, Text: Required,
		Syntax: "uitstel <datum>, met de reden eronder", Help: "het contact wordt later; de indiener krijgt de nieuwe datum en de reden",
		Label: "Het wordt later", Body: "Nieuwe datum: \nReden: ",
	},
	{
		Word: "teruggeven", Also: []string{"geef terug"}, Verb: complaint.VerbHandBack, Roles: assessor, Text: Required,
		Syntax: "teruggeven, met de reden eronder", Help: "u kunt deze klacht niet behandelen (niet onafhankelijk, afwezig)",
		Label: "Ik geef de klacht terug", Body: "Reden: ",
	},
	{
		Word: "status", Verb: complaint.VerbStatus, Roles: staff,
		Syntax: "status", Help: "hoe het met deze klacht staat, met alle gegevens en termijnen", Label: "Status",
	},
	{
		Word: "hulp", Also: []string{"help"}, Verb: complaint.VerbHelp, Roles: staff,
		Syntax: "hulp", Help: "deze lijst",
	},
}

var (
	manager  = []complaint.Role{complaint.RoleManager}
	assessor = []complaint.Role{complaint.RoleAssessor}
	staff    = []complaint.Role{complaint.RoleManager, complaint.RoleAssessor}
)

// Table is every command, in the order of the procedure.
func Table() []Entry { return slices.Clone(table) }

// For lists the commands of a role, for a doubtful mail or for a case.
func For(role complaint.Role, doubt bool) (entries []Entry) {
	for _, e := range table {
		if slices.Contains(e.Roles, role) && (e.Doubt == doubt || e.Verb == complaint.VerbHelp) {
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

// Words lists the commands for a sentence: "contact, uitstel, teruggeven, status of hulp".
func Words(entries []Entry) string {
	words := make([]string, len(entries))
	for i, e := range entries {
		words[i] = e.Word
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " of " + words[len(words)-1]
}
