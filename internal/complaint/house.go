package complaint

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"klikonderwijs.nl/klachtd/internal/workday"
)

// House is how one organisation runs the procedure: its people, its calendar, the lengths of its terms.
type House struct {
	Calendar  *workday.Calendar
	Location  *time.Location
	Manager   Person
	Deputy    Person   // zero when there is none
	Team      Person   // who reads the mailbox, and prints and posts letters
	Assessors []Person // the first is the default
	Mediators []Person // who can be named to lead an informal phase; any address can too
	Committee []Member // who can be appointed to the disputes committee
	Products  []Product
	Automatic bool // forward to the default assessor without waiting for the manager
	Lengths   Lengths
	Before    []int // working days before a last day on which a reminder goes out, such as 3 and 1
	Repeat    int   // working days between two escalations of a missed term
}

// Member is somebody who can sit on the disputes committee, with the departments that he has ties
// with (Klachtenprocedure 10).
type Member struct {
	Person
	Departments []string
}

// Product is something that the organisation offers, and the department that makes it.
type Product struct {
	Name       string
	Aliases    []string
	Department string
}

// Today is the civil day of an instant at the organisation.
func (h *House) Today(now time.Time) workday.Date { return workday.DateOf(now, h.Location) }

// ManagerOf is who acts as manager in a case: the deputy where the complaint is about the manager, and
// nobody (false) where there is no deputy (Klachtenprocedure 5). Where it is about the only assessor too,
// there is nobody else: the manager acts after all, rather than nobody.
func (h *House) ManagerOf(c Case) (Person, bool) {
	switch {
	case c.Conflict != ConflictManager && c.Conflict != ConflictBoth:
		return h.Manager, true
	case !h.Deputy.IsZero():
		return h.Deputy, true
	case c.Conflict == ConflictBoth && len(h.Assessors) < 2:
		return h.Manager, true
	}
	return Person{}, false
}

// Person is who has a role in a case; false when nobody has.
func (h *House) Person(c Case, role Role) (Person, bool) {
	switch role {
	case RoleManager:
		return h.ManagerOf(c)
	case RoleAssessor:
		return c.Assessor, c.Assigned()
	case RoleMediator:
		if c.Informal == nil {
			return Person{}, false
		}
		return c.Informal.Mediator, true
	case RoleCommittee:
		return c.Objection.Chair()
	case RoleTeam:
		return h.Team, c.OnPaper && h.Team.Email != ""
	case RoleComplainant:
		return Person{Name: c.Fields.Value(FieldPerson), Organisation: c.Fields.Value(FieldOrganisation), Email: c.ReplyTo}, c.ReplyTo != ""
	}
	return Person{}, false
}

// People are all who have a role in a case and can be written to, each in his role.
func (h *House) People(c Case) (people []Recipient) {
	for _, role := range []Role{RoleManager, RoleAssessor, RoleMediator, RoleCommittee, RoleComplainant, RoleTeam} {
		if p, ok := h.Person(c, role); ok {
			people = append(people, Recipient{role, p})
		}
	}
	if c.Objection != nil && len(c.Objection.Members) > 1 {
		for _, p := range c.Objection.Members[1:] {
			people = append(people, Recipient{RoleMember, p})
		}
	}
	return people
}

// holder is who deals with a case now: messages of the complainant go there.
func (h *House) holder(c Case) Recipient {
	order := []Role{RoleManager}
	switch c.Stage {
	case StageInformal:
		order = []Role{RoleMediator, RoleManager}
	case StageAssessing, StageConsulting:
		order = []Role{RoleAssessor, RoleManager}
	case StageObjection:
		order = []Role{RoleCommittee, RoleManager}
	}
	for _, role := range append(order, RoleAssessor) {
		if p, ok := h.Person(c, role); ok {
			return Recipient{role, p}
		}
	}
	if len(h.Assessors) > 0 {
		return Recipient{RoleAssessor, h.Assessors[0]}
	}
	return Recipient{RoleManager, h.Manager}
}

// StandsIn reports that a role acts in the manager's place: the assessor, where the complaint is
// about the manager and there is no deputy (Klachtenprocedure 5).
func (h *House) StandsIn(c Case, role Role) bool {
	_, manager := h.ManagerOf(c)
	return role == RoleAssessor && !manager
}

// departmentOf is the department that makes the product of a complaint; "" when it is not known.
func (h *House) departmentOf(product string) string {
	said := strings.ToLower(strings.TrimSpace(product))
	if said == "" {
		return ""
	}
	for _, p := range h.Products {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if name = strings.ToLower(name); name != "" && (strings.Contains(said, name) || strings.Contains(name, said)) {
				return p.Department
			}
		}
	}
	return ""
}

// findPerson finds people by (part of) a name or an address; more than one match is none: which
// of them is meant must be asked.
func findPerson(among []Person, said string) (found []Person) {
	said = strings.ToLower(strings.TrimSpace(said))
	if said == "" {
		return nil
	}
	for _, p := range among {
		if strings.EqualFold(p.Email, said) || strings.EqualFold(p.Name, said) {
			return []Person{p}
		}
		if containsWords(strings.ToLower(p.Formal()+" "+p.Email), said) {
			found = append(found, p)
		}
	}
	return found
}

// containsWords reports that every word of said stands in text.
func containsWords(text, said string) bool {
	for _, word := range strings.Fields(said) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// conflict says whether a text is about one of those who would handle it. Salutations and
// address lines do not count: whom a letter is addressed to is not whom it is about.
func (h *House) conflict(text string) Conflict {
	about := strings.ToLower(withoutAddressLines(text))
	assessor := len(h.Assessors) > 0 && mentions(about, h.Assessors[0])
	manager := mentions(about, h.Manager)
	switch {
	case assessor && manager:
		return ConflictBoth
	case assessor:
		return ConflictAssessor
	case manager:
		return ConflictManager
	}
	return ConflictNone
}

var addressing = []string{"geachte", "beste", "hallo", "dag ", "hoi", "dear", "aan:", "aan ", "t.a.v", "ter attentie", "to:", "cc:", "van:", "from:", "goedemorgen", "goedemiddag"}

func withoutAddressLines(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		low := strings.ToLower(strings.TrimSpace(line))
		addressed := false
		for _, prefix := range addressing {
			addressed = addressed || strings.HasPrefix(low, prefix)
		}
		if !addressed || len(low) > 80 {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// mentions reports that lower-case text names p: by address, or by surname as a word of its own.
func mentions(text string, p Person) bool {
	if p.Email != "" && strings.Contains(text, strings.ToLower(p.Email)) {
		return true
	}
	surname := strings.ToLower(surname(p.Name))
	if len(surname) < 3 {
		return false
	}
	for rest := text; ; {
		i := strings.Index(rest, surname)
		if i < 0 {
			return false
		}
		if wordEnds(rest[:i], rest[i+len(surname):]) {
			return true
		}
		rest = rest[i+len(surname):]
	}
}

// surname is what stays of a name without initials and first names: "N. Korst" is "Korst",
// "Anna de Wit" is "de Wit".
func surname(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		if i > 0 && !strings.HasSuffix(word, ".") {
			return strings.Join(words[i:], " ")
		}
	}
	if len(words) == 1 {
		return words[0]
	}
	return ""
}

func wordEnds(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return !unicode.IsLetter(last) && !unicode.IsLetter(next)
}
