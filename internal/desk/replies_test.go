package desk

import (
	"strings"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/intake"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// quotedMail is what the programs below quote of a mail of ours; it holds words that are commands.
const quotedMail = "Geachte heer Korst,\n\nU kunt deze mail beantwoorden, met op de eerste regel een van deze woorden.\n\n- gegrond (Gegrond)\n- ongegrond (Ongegrond)"

func quotedLines(prefix string) string {
	return prefix + strings.ReplaceAll(quotedMail, "\n", "\n"+prefix)
}

func quotedHTML() string { return "<p>" + strings.ReplaceAll(quotedMail, "\n", "<br>") + "</p>" }

// Answers as mail programs really write them: the first line above the quote is the command, and what stands
// under it is its text.
func TestRepliesAsTheyLook(t *testing.T) {
	const want, text = "contact 2 april", "Zij stuurt nog foto's."
	plain := func(body string) string { return "Content-Type: text/plain; charset=utf-8\n\n" + body }
	rich := func(body string) string {
		return "Content-Type: text/html; charset=utf-8\n\n<html><body>" + body + "</body></html>"
	}
	for _, test := range []struct{ program, mail string }{
		{"Gmail", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOp do 2 apr 2026 om 14:00 schreef Marit van Dalen <\nprojectondersteuning@klikonderwijs.nl>:\n\n" + quotedLines("> "))},
		{"Gmail, English", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOn Thu, Apr 2, 2026 at 2:00 PM Marit van Dalen <\nprojectondersteuning@klikonderwijs.nl> wrote:\n\n" + quotedLines("> "))},
		{"Gmail, HTML", rich(`<div dir="ltr">contact 2 april<div><br></div><div>Zij stuurt nog foto&#39;s.</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Op do 2 apr 2026 om 14:00 schreef Marit van Dalen &lt;<a href="mailto:p@klikonderwijs.nl">p@klikonderwijs.nl</a>&gt;:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">` + quotedHTML() + `</blockquote></div>`)},
		{"Gmail on a phone", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOp do 2 apr. 2026 14:00 schreef Marit van Dalen <p@klikonderwijs.nl>:\n\n" + quotedLines("> "))},
		{"Outlook, plain", plain("contact 2 april\n\nZij stuurt nog foto's.\n\n-----Oorspronkelijk bericht-----\nVan: Marit van Dalen <p@klikonderwijs.nl> \nVerzonden: donderdag 2 april 2026 14:00\nAan: N. Korst <n.korst@vapro.nl>\nOnderwerp: Klacht K-2026-0007: wilt u deze beoordelen?\n\n" + quotedMail)},
		{"Outlook", rich(`<div class="WordSection1"><p class="MsoNormal">contact 2 april<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Zij stuurt nog foto's.<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Van:</b> Marit van Dalen &lt;p@klikonderwijs.nl&gt; <br><b>Verzonden:</b> donderdag 2 april 2026 14:00<br><b>Aan:</b> N. Korst &lt;n.korst@vapro.nl&gt;<br><b>Onderwerp:</b> Klacht K-2026-0007<o:p></o:p></p></div>` + quotedHTML() + `</div>`)},
		{"Outlook, English", rich(`<div class="WordSection1"><p class="MsoNormal">contact 2 april</p><p class="MsoNormal">Zij stuurt nog foto's.</p><div><p class="MsoNormal"><b>From:</b> Marit van Dalen &lt;p@klikonderwijs.nl&gt;<br><b>Sent:</b> Thursday, April 2, 2026 2:00 PM<br><b>To:</b> N. Korst &lt;n.korst@vapro.nl&gt;<br><b>Subject:</b> Klacht K-2026-0007</p></div>` + quotedHTML() + `</div>`)},
		{"Outlook on the web", rich(`<div class="elementToProof" style="font-family:Aptos">contact 2 april</div><div class="elementToProof"><br></div><div class="elementToProof">Zij stuurt nog foto's.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>Van:</b> Marit van Dalen &lt;p@klikonderwijs.nl&gt;<br><b>Verzonden:</b> donderdag 2 april 2026 14:00<br><b>Aan:</b> N. Korst &lt;n.korst@vapro.nl&gt;<br><b>Onderwerp:</b> Klacht K-2026-0007<div>&nbsp;</div></div>` + quotedHTML())},
		{"Outlook for iOS", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOutlook voor iOS<https://aka.ms/o0ukef> downloaden\n________________________________\nVan: Marit van Dalen <p@klikonderwijs.nl>\nVerzonden: donderdag, april 2, 2026 2:00 PM\nAan: N. Korst <n.korst@vapro.nl>\nOnderwerp: Klacht K-2026-0007\n\n" + quotedMail)},
		{"Apple Mail", plain("contact 2 april\n\nZij stuurt nog foto's.\n\n> Op 2 apr 2026, om 14:00 heeft Marit van Dalen <p@klikonderwijs.nl> het volgende geschreven:\n> \n" + quotedLines("> "))},
		{"Apple Mail, HTML", rich(`contact 2 april<div><br></div><div>Zij stuurt nog foto's.<br><div><br><blockquote type="cite"><div>Op 2 apr 2026, om 14:00 heeft Marit van Dalen &lt;p@klikonderwijs.nl&gt; het volgende geschreven:</div><br class="Apple-interchange-newline"><div>` + quotedHTML() + `</div></blockquote></div></div>`)},
		{"iPhone", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 2 apr 2026 om 14:00 heeft Marit van Dalen <p@klikonderwijs.nl> het volgende geschreven:\n> \n> \n" + quotedLines("> "))},
		{"iPhone, an attribution without a mark", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nVerstuurd vanaf mijn iPhone\n\nOp 2 apr 2026 om 14:00 heeft Marit van Dalen <p@klikonderwijs.nl> het volgende geschreven:\n\n" + quotedLines("> "))},
		{"Samsung", plain("contact 2 april\n\nZij stuurt nog foto's.\n\n\nVerzonden vanaf mijn Galaxy\n\n\n-------- Oorspronkelijk bericht --------\nVan: Marit van Dalen <p@klikonderwijs.nl>\nDatum: 02-04-2026 14:00 (GMT+01:00)\nAan: n.korst@vapro.nl\nOnderwerp: Klacht K-2026-0007\n\n" + quotedMail)},
		{"Thunderbird", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOp 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> "))},
		{"Thunderbird, with a signature", plain("contact 2 april\n\nZij stuurt nog foto's.\n\n-- \nN. Korst\nVAPRO, 070 123 45 67\n\nOp 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> "))},
		{"neomutt", plain("contact 2 april\n\nZij stuurt nog foto's.\n\nOn Thu, Apr 02, 2026 at 02:00:00PM +0200, Marit van Dalen wrote:\n" + quotedLines("> "))},
		{"a salutation and a sign-off", plain("Beste Marit,\n\ncontact 2 april\n\nZij stuurt nog foto's.\n\nMet vriendelijke groet,\n\nN. Korst\nVAPRO\n\nOp 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> "))},
		{"a banner of the gateway", plain("[EXTERN] Let op: deze e-mail komt van buiten de organisatie.\n\ncontact 2 april\n\nZij stuurt nog foto's.\n\nOp 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> "))},
		{"flowed text", "Content-Type: text/plain; charset=utf-8; format=flowed\n\ncontact 2 april\n\nZij stuurt \nnog foto's.\n\nOp 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> ")},
		{"answered below the quote", plain("Op 02-04-2026 om 14:00 schreef Marit van Dalen:\n" + quotedLines("> ") + "\n\ncontact 2 april\n\nZij stuurt nog foto's.\n")},
	} {
		reader := intake.NewReader(intake.Profile{Own: []string{"projectondersteuning@klikonderwijs.nl"}, OwnDomains: []string{"klikonderwijs.nl"}, Staff: []string{"n.korst@vapro.nl"}})
		raw := "From: N. Korst <n.korst@vapro.nl>\nSubject: Re: Klacht K-2026-0007: wilt u deze beoordelen?\nIn-Reply-To: <k-2026-0007.forward-1.abcdefghijklmnopqrstuvwxyz@klikonderwijs.nl>\nMIME-Version: 1.0\n" + test.mail + "\n"
		m := reader.Parse(strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")), time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC))
		if got := command.FirstLine(m.Own); got != want {
			t.Errorf("%s: the first line is %q, of\n%s", test.program, got, m.Own)
		}
		order, why := command.Parse(command.FirstLine(m.Own), command.Below(m.Own), complaint.RoleAssessor, false, workday.NewDate(2026, time.April, 3))
		if why != nil || order.On != workday.NewDate(2026, time.April, 2) || order.Text != text {
			t.Errorf("%s: read as %+v, %v", test.program, order, why)
		}
	}
}
