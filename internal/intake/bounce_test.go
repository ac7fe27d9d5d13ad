package intake

import (
	"strings"
	"testing"
	"time"
)

// Bounces without a delivery status, in the words of many mail systems: what happened, and to whom.
func TestPlainBounces(t *testing.T) {
	const told, lost = "projectondersteuning@klikonderwijs.nl", "tom@techniekhuis.example"
	original := "\n\n--- Onder deze lijn staat een kopie van het bericht.\n\nReturn-Path: <" + told + ">\nMessage-ID: <k1@klikonderwijs.nl>\nTo: " + lost + "\n"
	r := testReader(t)
	for name, c := range map[string]struct {
		head, text string
		action     Action // "": no bounce
		recipient  string
	}{
		"no address in From":     {"From: MAILER-DAEMON <>\nSubject: Mail delivery failed", "There was an error delivering your mail to <" + lost + ">.\n550 5.7.26 refused" + original, Failed, lost},
		"a bare name in From":    {"From: Mail Delivery Subsystem <MAILER-DAEMON>\nSubject: Returned mail: see transcript", "<" + lost + ">\n 550 no such user" + original, Failed, lost},
		"a spelling of its own":  {"From: <Mail.Delivery.System@mx.example>\nSubject: Delivery status notification", "Delivery to the following recipients failed permanently:\n * " + lost, Failed, lost},
		"an underscore":          {"From: post_master@mx.example\nSubject: Re: Ontvangstbevestiging", "Error: user unknown\nRCPT TO: " + lost, Failed, lost},
		"not yet delivered":      {"From: mailer-daemon@mx.example\nSubject: Warning: message 1abc-22 delayed 24 hours\nAuto-Submitted: auto-replied", "A message has not yet been delivered.\n\n  " + lost + "\n 450 try later\n\nEventually the software will give up.", Delayed, lost},
		"it goes on":             {"From: postmaster@mx.example\nSubject: Delivery incomplete", "Delivery of your message to " + lost + " was deferred. We will continue to try for 3 days.", Delayed, lost},
		"given up after a delay": {"From: MAILER-DAEMON@mx.example\nSubject: failure notice", "<" + lost + ">:\n450 4.2.2 temporarily over quota\nI'm not going to try again; this message has been in the queue too long." + original, Failed, lost},
		"the subject decides":    {"From: MAILER-DAEMON@mx.example\nSubject: Permanent Delivery Failure", "<" + lost + "> 451 4.4.1 temporarily unreachable" + original, Failed, lost},
		"who is told is named":   {"From: postmaster@mx.example\nSubject: Niet bezorgd", "Uw bericht van " + told + " did not reach the following recipient(s):\n" + lost + " unknown", Failed, lost},
		"only who is told":       {"From: mailer-daemon@mx.example\nSubject: Undelivered Mail", "Dear " + told + ", your mail could not be delivered.", Failed, told},
		"a header names him":     {"From: mailer-daemon@mx.example\nX-Failed-Recipients: " + lost + "\nSubject: Mail failure", "It could not be delivered to ander@mx.example.", Failed, lost},
		"an empty envelope":      {"Return-Path: <>\nFrom: info@provider.example\nSubject: Bericht", "Your mail was not delivered to " + lost + original, Failed, lost},
		"a form on a website":    {"Return-Path: <>\nFrom: formulier@school.example\nSubject: Contactformulier", "Klacht: de boeken zijn niet bezorgd en niemand belt terug, mijn adres is " + lost, "", ""},
		"a person's own words":   {"From: " + lost + "\nSubject: Mail failure", "Mijn mail could not be delivered, wat nu?", "", ""},
	} {
		m := r.Parse(strings.NewReader(c.head+"\nTo: "+told+"\nMessage-ID: <b@mx.example>\n\n"+c.text), time.Time{})
		switch b := m.Bounce; {
		case c.action == "" && b != nil:
			t.Errorf("%s: %+v", name, *b)
		case c.action != "" && b == nil:
			t.Errorf("%s: no bounce", name)
		case b != nil && (b.Action != c.action || b.Recipient != c.recipient):
			t.Errorf("%s: %+v", name, *b)
		case b != nil && strings.Contains(c.text, "Message-ID:") && b.MessageID != "<k1@klikonderwijs.nl>":
			t.Errorf("%s: about %q", name, b.MessageID)
		}
	}
}

// A report that gives the mail back tells by it who was not reached.
func TestBounceByItsOriginal(t *testing.T) {
	raw := "From: mailer-daemon@groups.example\nTo: a@klikonderwijs.nl\nSubject: Delivery Status Notification (Failure)\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\n\nHello a@klikonderwijs.nl, the group that you tried to contact does not exist.\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <k2@klikonderwijs.nl>\nTo: groep@groups.example\n\nhallo\n--b--\n"
	m := testReader(t).Parse(strings.NewReader(raw), time.Time{})
	if b := m.Bounce; b == nil || b.Recipient != "groep@groups.example" || b.MessageID != "<k2@klikonderwijs.nl>" || b.Action != Failed {
		t.Errorf("%+v", b)
	}
}
