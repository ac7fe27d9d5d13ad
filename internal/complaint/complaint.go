// Package complaint is the procedure itself: what a complaint is, in which stage it stands, which terms run, what follows from what happens and what is due.
//
// It is pure: every function takes the time it needs as an argument and returns what must be
// recorded (events) and what must be said (letters). The state of a complaint is the fold of its events.
package complaint

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Reference names a complaint for everyone who deals with it: K-2026-0007, gapless within a year of receipt.
type Reference struct {
	Year   int
	Number int
}

var referencePattern = regexp.MustCompile(`^[Kk]-(\d{4})-(\d{4,6})$`)

// ParseReference reads "K-2026-0007", in either case.
func ParseReference(s string) (Reference, error) {
	m := referencePattern.FindStringSubmatch(s)
	if m == nil {
		return Reference{}, fmt.Errorf("reading reference %q: it looks like K-2026-0007", s)
	}
	year, _ := strconv.Atoi(m[1])
	number, _ := strconv.Atoi(m[2])
	return Reference{Year: year, Number: number}, nil
}

func (r Reference) String() string { return fmt.Sprintf("K-%04d-%04d", r.Year, r.Number) }

// IsZero reports that r names nothing.
func (r Reference) IsZero() bool { return r == Reference{} }

// MarshalText writes the reference as people read it; the zero Reference is "".
func (r Reference) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return nil, nil
	}
	return []byte(r.String()), nil
}

// UnmarshalText is the inverse of MarshalText.
func (r *Reference) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*r = Reference{}
		return nil
	}
	*r, err = ParseReference(string(text))
	return err
}

// Stage says where a complaint stands in the procedure.
type Stage string

// The stages, in the order in which a complaint usually meets them.
const (
	StageRegistered Stage = "registered" // nobody assesses it yet
	StageInformal   Stage = "informal"   // a mediator tries to settle it
	StageAssessing  Stage = "assessing"  // it is with the assessor
	StageConsulting Stage = "consulting" // the manager is consulted on the judgement
	StageDecided    Stage = "decided"    // the decision is out
	StageObjection  Stage = "objection"  // it is with the disputes committee
	StageClosed     Stage = "closed"
)

// Stages lists every stage.
func Stages() []Stage {
	return []Stage{StageRegistered, StageInformal, StageAssessing, StageConsulting, StageDecided, StageObjection, StageClosed}
}

// Role says in which quality somebody acts in one case.
type Role string

// The roles. System is the timetable and the rules; the operator acts from the shell.
const (
	RoleComplainant Role = "complainant"
	RoleManager     Role = "manager"
	RoleAssessor    Role = "assessor"
	RoleMediator    Role = "mediator"
	RoleCommittee   Role = "committee" // the chair of the disputes committee
	RoleMember      Role = "member"    // one of its other members
	RoleTeam        Role = "team"      // who reads the mailbox, and prints and posts letters
	RoleOperator    Role = "operator"
	RoleSystem      Role = "system"
)

// Verdict is a judgement on a complaint or an objection (Klachtenprocedure 6, 12).
type Verdict string

// The verdicts.
const (
	Founded       Verdict = "founded"
	PartlyFounded Verdict = "partly_founded"
	Unfounded     Verdict = "unfounded"
)

// ForComplainant reports that a verdict has consequences (Klachtenprocedure 14).
func (v Verdict) ForComplainant() bool { return v == Founded || v == PartlyFounded }

// Channel says how a complaint came in (Klachtenprocedure 1).
type Channel string

// The channels.
const (
	ChannelMail   Channel = "mail"
	ChannelLetter Channel = "letter"
	ChannelPhone  Channel = "phone"
)

// Person is somebody with a role in the procedure.
type Person struct {
	Name         string `json:"name,omitempty"`
	Salutation   string `json:"salutation,omitempty"` // "dhr.", "mevr."
	Title        string `json:"title,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Email        string `json:"email,omitempty"`
}

// IsZero reports that p is nobody.
func (p Person) IsZero() bool { return p.Email == "" && p.Name == "" }

// Formal is the name with its salutation, as it stands in a letter: "dhr. N. Korst".
func (p Person) Formal() string {
	if p.Salutation == "" {
		return p.Name
	}
	return p.Salutation + " " + p.Name
}

// Described is the name with function and organisation: "dhr. N. Korst, manager Kwaliteit en Compliance bij VAPRO".
func (p Person) Described() string {
	s := p.Formal()
	if p.Title != "" {
		s += ", " + p.Title
	}
	if p.Organisation != "" {
		s += " bij " + p.Organisation
	}
	return s
}

// SameAddress reports that two mail addresses are the same, as AddressKey has it.
func SameAddress(a, b string) bool { return a != "" && AddressKey(a) == AddressKey(b) }

// AddressKey is a mail address with its ASCII letters small, and all others left: letters that fold to these (the Kelvin
// sign, the long s) make another address, which may be somebody else's.
func AddressKey(address string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, address)
}
