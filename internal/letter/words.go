package letter

import (
	"slices"
	"strconv"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Readable writes a value as people write it: dates in full, Dutch numbers without their country.
func Readable(name complaint.FieldName, value string) string {
	switch name {
	case complaint.FieldSubmitted:
		if day, err := workday.ParseDate(value); err == nil {
			return day.Long()
		}
	case complaint.FieldPhone:
		return phone(value)
	}
	return value
}

// phone writes an E.164 number in groups: "06 12 34 56 78"; of another country as it stands.
func phone(number string) string {
	national, dutch := strings.CutPrefix(number, "+31")
	if !dutch || len(national) != 9 {
		return number
	}
	national = "0" + national
	if strings.HasPrefix(national, "06") {
		return national[:2] + " " + national[2:4] + " " + national[4:6] + " " + national[6:8] + " " + national[8:]
	}
	for _, short := range []string{"010", "013", "015", "020", "023", "024", "026", "030", "033", "035", "036", "038", "040", "043", "045", "046", "050", "053", "055", "058", "070", "071", "072", "073", "074", "075", "076", "077", "078", "079", "085", "088"} {
		if strings.HasPrefix(national, short) {
			return national[:3] + " " + national[3:6] + " " + national[6:8] + " " + national[8:]
		}
	}
	return national[:4] + " " + national[4:7] + " " + national[7:]
}

func capital(s string) string {
	runes := []rune(s)
	if len(runes) == 0 {
		return s
	}
	return strings.ToUpper(string(runes[:1])) + string(runes[1:])
}

// countWord writes a small number as a word.
func countWord(n int) string {
	words := []string{"nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// neuter are the nouns that begin the name of a letter and take "het".
var neuter = []string{"alarm", "antwoord", "bericht", "dossier", "weekoverzicht"}

// named is a letter's name in a sentence: "de ontvangstbevestiging", "het dossier".
func named(kind complaint.LetterKind) string {
	noun, _, _ := strings.Cut(kind.Label(), " ")
	if slices.Contains(neuter, noun) {
		return "het " + kind.Label()
	}
	return "de " + kind.Label()
}

// questions asks the complainant for what is missing, in words that say what is meant.
func questions(names []complaint.FieldName) (list []string) {
	for _, name := range names {
		list = append(list, question(name))
	}
	return list
}

func question(name complaint.FieldName) string {
	switch name {
	case complaint.FieldPerson:
		return "uw naam"
	case complaint.FieldOrganisation:
		return "uw organisatie (of schrijf \"particulier\" als u voor uzelf schrijft)"
	case complaint.FieldEmail:
		return "uw e-mailadres"
	case complaint.FieldPhone:
		return "uw telefoonnummer"
	case complaint.FieldProduct:
		return "over welk product of welke dienst uw klacht gaat"
	case complaint.FieldDescription:
		return "wat er is gebeurd"
	case complaint.FieldMotivation:
		return "waarom u hierover een klacht indient (uw motivering), bijvoorbeeld wat de gevolgen voor u zijn"
	}
	return name.Label()
}

func termRows(terms []complaint.Term) (rows []termRow) {
	for _, t := range terms {
		rows = append(rows, termRow{Label: capital(t.Kind.Label()), Due: t.Due.Long(), Met: t.Met.Long(), Why: t.Note, Late: t.MetLate()})
	}
	return rows
}
