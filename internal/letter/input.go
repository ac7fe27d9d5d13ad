package letter

import (
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Office is what every mail says of the organisation that sends it.
type Office struct {
	Name          string // "Klik Onderwijs"
	Address       string // the mailbox: every From and Reply-To
	PostalAddress string
	Phone         string // "" when nobody is to be called: "beantwoord dan deze mail"
	Location      *time.Location
}

// Envelope is what a mail is given from outside its text.
type Envelope struct {
	Sequence   int // of this kind in this case; makes the Message-ID unique
	At         time.Time
	InReplyTo  string   // Message-ID of the mail that this one answers, "" for none
	References []string // of that mail, oldest first; trimmed by the renderer
}

// Attachment is a stored message that goes along as message/rfc822, or a file of our own making or of the house.
type Attachment struct {
	Digest string // SHA-256, hexadecimal; "" for a file
	Type   string // media type of a file: "text/html; charset=utf-8"
	Data   []byte // of a file
	Raw    bool   // SMTP carries its bytes unchanged: CRLF only, no NUL, no line over 998 octets
	Name   string // a file name without personal data: "K-2026-0007-oorspronkelijk-bericht.eml"
}

// Button is a mailto: link that opens a prefilled answer.
type Button struct {
	Label   string // what it says on the button
	Command string // the subject without the token; the token of case, role and address is added
	Body    string // what stands ready in the answer, "" for nothing
}

// CaseLetter is a letter about one case.
type CaseLetter struct {
	Envelope
	House    *complaint.House
	Letter   complaint.Letter
	Case     complaint.Case
	Terms    []complaint.Term
	Manager  complaint.Person // who acts as manager in this case; zero when nobody may
	Attached []Attachment
	Buttons  []Button
}

// Reminders is a morning's list for one person, over all cases.
type Reminders struct {
	Envelope
	To     complaint.Recipient
	Items  []ReminderItem // most urgent first
	Doubts []DoubtItem
}

// ReminderItem is one line of such a list.
type ReminderItem struct {
	Role    complaint.Role // in which the person is reminded
	Duty    complaint.Duty
	Today   workday.Date
	Open    []string // what is still to be done for it, such as the measures
	Buttons []Button
}

// DoubtItem is a doubtful mail that still waits for an answer.
type DoubtItem struct {
	Reference string // "T-2026-0003"
	Received  workday.Date
	AckBy     workday.Date // the last day for an acknowledgement, should it be a complaint
	Buttons   []Button
}

// Doubt asks the manager whether a mail is a complaint; the mail goes along.
type Doubt struct {
	Envelope
	To       complaint.Person
	Item     DoubtItem
	Reasons  []string
	Attached []Attachment // the mail, or nothing where it is too large
}

// Answer tells somebody with a role what became of his command: done, refused or help.
type Answer struct {
	Envelope
	To        complaint.Recipient
	Reference string
	Heading   string   // "Genoteerd", "Niet uitgevoerd", "Zo staat het ervoor", "Wat u kunt doen"
	Text      string   // one or more paragraphs, separated by blank lines
	Lines     []string // facts, one a line: terms and dates, commands with their meaning
	Buttons   []Button
}

// Notice tells the manager or the operator something that is about no case: a mail that cannot be read, a technical alert.
type Notice struct {
	Envelope
	Kind    complaint.LetterKind // LetterUnreadable or LetterAlert
	To      complaint.Recipient
	Subject string
	Text    string
	Lines   []string
}

// Digest is the manager's overview of the week, by reference only.
type Digest struct {
	Envelope
	To    complaint.Recipient
	Today workday.Date
	Cases []DigestCase // the open ones, in the order of their references
}

// Annual brings the manager the analysis of a year (Klachtenprocedure 13).
type Annual struct {
	Envelope
	To        complaint.Recipient
	Year      int
	StandsOut []string     // plain sentences
	Files     []Attachment // the analysis itself
}

// DigestCase is one open case in it.
type DigestCase struct {
	Reference complaint.Reference
	Stage     complaint.Stage
	Terms     []complaint.Term
}
