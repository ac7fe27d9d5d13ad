package intake

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
)

// Action is what a delivery report says of a mail (RFC 3464 §2.3.3).
type Action string

// The actions.
const (
	Failed  Action = "failed"
	Delayed Action = "delayed"
	Other   Action = "other" // delivered, relayed, expanded
)

// Bounce is a delivery report about one mail to one recipient.
type Bounce struct {
	Action    Action
	Status    string // enhanced status code (RFC 3463), such as 5.1.1; "" when it gives none
	Recipient string
	MessageID string // of the mail that it is about; "" when it does not say
}

// bounceOf reads a delivery report, formal or old-style; nil for any other mail.
func bounceOf(m *Message) *Bounce {
	if b := formalReport(m); b != nil {
		return b
	}
	return plainReport(m)
}

// formalReport reads a multipart/report with a delivery status (RFC 3464). Of several recipients the first that failed counts.
func formalReport(m *Message) *Bounce {
	var b *Bounce
	original := ""
	for _, p := range m.parts {
		switch {
		case p.media == "message/delivery-status" || p.media == "message/global-delivery-status":
			if read := deliveryStatus(decodeTransfer(p.encoding, p.body, m.defect)); read != nil && b == nil {
				b = read
			}
		case p.media == "text/rfc822-headers" || p.media == "message/rfc822-headers":
			original = ownMessageID(string(decodeTransfer(p.encoding, p.body, m.defect)))
		case p.media == "message/rfc822" && len(p.children) > 0 && b != nil:
			original = strings.TrimSpace(p.children[0].header.Get("Message-ID"))
		}
	}
	if b != nil {
		b.MessageID = original
	}
	return b
}

func deliveryStatus(body []byte) *Bounce {
	var best *Bounce
	current := &Bounce{}
	finish := func() {
		if current.Action != "" && (best == nil || (best.Action != Failed && current.Action == Failed)) {
			best = current
		}
		current = &Bounce{}
	}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, mostValueBytes)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch {
		case strings.TrimSpace(lines.Text()) == "":
			finish()
		case !ok:
		case strings.EqualFold(name, "Action"):
			current.Action = actionOf(value)
		case strings.EqualFold(name, "Status"):
			current.Status = enhanced.FindString(value)
		case strings.EqualFold(name, "Final-Recipient"), strings.EqualFold(name, "Original-Recipient") && current.Recipient == "":
			if _, address, ok := strings.Cut(value, ";"); ok {
				current.Recipient = strings.Trim(strings.TrimSpace(address), "<>")
			}
		}
	}
	finish()
	return best
}

func actionOf(word string) Action {
	switch strings.ToLower(strings.TrimSpace(comment.ReplaceAllString(word, ""))) {
	case "failed":
		return Failed
	case "delayed":
		return Delayed
	}
	return Other
}

var (
	enhanced       = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	bounceSubject  = regexp.MustCompile(`(?i)(undeliver|undelivered mail|delivery status notification|delivery (failure|has failed|failed|incomplete|delayed)|mail delivery (failed|failure|subsystem|problem)|failure notice|returned (mail|to sender)|onbestelbaar|niet (be|af)geleverd|kon niet worden (bezorgd|afgeleverd)|bezorging (mislukt|vertraagd|is vertraagd)|unzustellbar|message (delivery )?(delayed|undeliverable)|warning: could not send|message could not be delivered|non[- ]?remis|warning: message .{1,40} delayed|could not send (mail|message)|mail (failure|failed\b)|error sending your mail|^delivery status$)`)
	bounceText     = regexp.MustCompile(`(?i)(could not be delivered|couldn'?t be delivered|wasn'?t able to deliver|was not delivered|unable to deliver|permanent(e)? (error|fatal error|failure|fout)|has been undeliverable|niet (worden )?(bezorgd|afgeleverd)|kan niet worden (bezorgd|afgeleverd)|delivery to the following recipient|failed permanently|delivery temporarily suspended|onbestelbaar|will continue to try|nog geprobeerd|user unknown|mailbox (is )?full|no such user|address rejected|recipient rejected|host not found|address not found|did not reach the following recipient|not (yet )?been delivered|(error|trouble|problem)s? delivering|(addresses|recipients?) (had|returned) .{0,20}errors?|recipient addresses that were|no valid recipients)`)
	delayedSubject = regexp.MustCompile(`(?i)(\bdelay|vertraagd|\bwarning\b|waarschuwing|still being retried)`)
	failedSubject  = regexp.MustCompile(`(?i)(\bfail|undeliver|returned|onbestelbaar|mislukt|unzustellbar)`)
	goesOnText     = regexp.MustCompile(`(?i)(will (continue to |keep )?(re)?try|still trying|attempts will continue|no action is required|not (yet )?been delivered|do not need to resend|nog .{0,20}geprobeerd)`)
	delayedText    = regexp.MustCompile(`(?i)(delay|vertraagd|waarschuwing|warning|still trying|will (continue to )?(retry|try)|not yet been delivered|nog (niet|.{0,20}geprobeerd)|you do not need to resend|temporar(y|ily))`)
	givenUpText    = regexp.MustCompile(`(?i)(permanent|given up|not going to try|fatal error|550|5\.\d\.\d|user unknown|no such user|does not exist|bestaat niet|address not found|niet gevonden)`)
	oldMessageID   = regexp.MustCompile(`(?im)^[ >]*message-id:\s*(<[^<>\s]+>)`)
	anyAddress     = regexp.MustCompile(`<?([A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>?`)
)

// plainReport reads the bounces of qmail, Exim, Exchange and Gmail that are no multipart/report. It
// takes a machine's sender, or an empty envelope, and the words of a report together.
func plainReport(m *Message) *Bounce {
	text, original := bounded(m.Text, 40_000), originalOf(m)
	if !reportsDelivery(m, text, original) || (m.Machine.Reply && !deliverySystem(m)) || absentSubject.MatchString(m.Subject) {
		return nil
	}
	report, _, _ := strings.Cut(text, "Return-Path:")
	b := &Bounce{Action: plainAction(m.Subject, report), Status: enhanced.FindString(text), MessageID: ownMessageID(text)}
	if b.MessageID == "" {
		b.MessageID = strings.TrimSpace(original.Get("Message-ID"))
	}
	if b.MessageID == "" && len(m.InReplyTo) > 0 {
		b.MessageID = m.InReplyTo[0]
	}
	b.Recipient = failedRecipient(m, report, original)
	return b
}

// reportsDelivery reports that a mail system writes about a mail. An envelope without a sender
// (RFC 5321 §4.5.5) is not enough beside words in the text: forms on websites have it too, and "niet
// bezorgd" may be a complaint. Then the report must be about a mail that it shows.
func reportsDelivery(m *Message, text string, original Header) bool {
	system := deliverySystem(m) || m.header.Has("X-Failed-Recipients")
	anonymous := m.header.Has("Return-Path") && strings.Trim(m.header.Get("Return-Path"), "<> ") == ""
	if !system && !anonymous {
		return false
	}
	if bounceSubject.MatchString(m.Subject) {
		return true
	}
	return bounceText.MatchString(text) && (system || len(original) > 0 || oldMessageID.MatchString(text))
}

var (
	unpunctuated = strings.NewReplacer(".", "", "-", "", "_", "")
	systemName   = regexp.MustCompile(`(?i)\b(mailer-daemon|postmaster|mail delivery (sub)?system)\b`)
)

// deliverySystem reports that the sender is a mail system, in any spelling, without an address too.
func deliverySystem(m *Message) bool {
	local, _, whole := strings.Cut(strings.ToLower(m.From.Addr), "@")
	switch unpunctuated.Replace(local) {
	case "mailerdaemon", "maildaemon", "postmaster", "maildeliverysystem", "maildeliverysubsystem":
		return true
	}
	return machineSender(m.From.Addr) || (!whole && systemName.MatchString(m.header.Get("From")))
}

// originalOf is the header of the mail that a report gives back; empty where it gives none.
func originalOf(m *Message) Header {
	for _, p := range m.parts {
		if p.media == "message/rfc822" && len(p.children) > 0 {
			return p.children[0].header
		}
	}
	return nil
}

// plainAction tells a delay from a failure. The subject is the report's own word; the text quotes what
// other servers said. In doubt it failed: somebody looks at that.
func plainAction(subject, report string) Action {
	switch givenUp := givenUpText.MatchString(report); {
	case delayedSubject.MatchString(subject):
		return Delayed
	case goesOnText.MatchString(report) && !givenUp:
		return Delayed
	case delayedText.MatchString(report) && !failedSubject.MatchString(subject) && !givenUp:
		return Delayed
	}
	return Failed
}

// failedRecipient is whom the mail did not reach: the header that says so, else the first address in
// the report that is neither who reports nor who is told, else whom the original was written to.
func failedRecipient(m *Message, report string, original Header) string {
	if found := anyAddress.FindStringSubmatch(m.header.Get("X-Failed-Recipients")); found != nil {
		return found[1]
	}
	told := strings.ToLower(bounded(m.header.Get("To"), mostValueBytes))
	first := ""
	for _, found := range anyAddress.FindAllStringSubmatch(report, 20) {
		switch address := strings.ToLower(found[1]); {
		case strings.EqualFold(address, m.From.Addr):
		case !strings.Contains(told, address):
			return found[1]
		case first == "":
			first = found[1]
		}
	}
	if found := anyAddress.FindStringSubmatch(original.Get("To")); found != nil {
		return found[1]
	}
	return first
}

// ownMessageID finds the Message-ID in a quoted header.
func ownMessageID(text string) string {
	if m := oldMessageID.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
