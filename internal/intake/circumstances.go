package intake

import (
	"regexp"
	"strings"
)

var (
	subjectSays = regexp.MustCompile(`\bklacht\b|\bcomplaint\b`)
	noted       = regexp.MustCompile(`\b(aan de (lijn|telefoon|balie|deur)|gebeld|belde|telefonisch(e)?|telefoontje|ingesproken|voicemail|langs geweest|kwam langs|per post|brief (binnen|ontvangen|gekregen)|gescand|scan|in de bijlage|oppakken|opgepakt|in behandeling|voor jullie|doorgestuurd|hoort bij jullie|klachtenprocedure)\b`)
	internal    = regexp.MustCompile(`\b(agenda|overleg|vergadering|notulen|kwartaal|rapportage|analyse|overzicht|bespreken|jaarverslag|werkoverleg|actiepunten|audit|concept)\b`)
	money       = regexp.MustCompile(`€|\beuro\b|\b\d+,-|\b\d+,\d\d\b`)
	clockTime   = regexp.MustCompile(`\b\d{1,2}[:.]\d\d\b|\b(half|kwart) \w+\b|\b\d{1,2} uur\b`)
)

// circumstances are what shows besides the words of the complainant: who writes, in which thread,
// in which form. all is his text in lower case, subject first.
func (r *Reader) circumstances(m *Message, v voice, all string) (list []string) {
	add := func(is bool, says string) {
		if is {
			list = append(list, says)
		}
	}
	subject := all[:min(len(all), len(v.subject))]
	add(subjectSays.MatchString(subject) && !replySubject.MatchString(m.Subject), "het onderwerp noemt een klacht")
	labelled := map[fieldKey]bool{}
	for _, entry := range form(v.text) {
		if entry.value != "" {
			labelled[entry.key] = true
		}
	}
	add(labelled[keyDescription] && labelled[keyMotivation], "het geeft de gevraagde gegevens met omschrijving en motivering")
	add(labelled[keyDescription] && len(labelled) >= 4, "het geeft de gevraagde gegevens")
	list = append(list, r.senderSigns(m, all)...)
	list = append(list, threadSigns(m)...)
	list = append(list, objectionSigns(m, v)...)
	list = append(list, r.bulkSigns(m)...)
	return append(list, shapeSigns(all, v)...)
}

// senderSigns say who wrote or passed it on.
func (r *Reader) senderSigns(m *Message, all string) []string {
	if !r.house(m.From.Addr) {
		return nil
	}
	var list []string
	switch {
	case m.Forwarded != nil && !r.house(m.Forwarded.From.Addr):
		list = append(list, "een collega stuurt het door")
	case noted.MatchString(all):
		list = append(list, "een collega geeft het door")
	default:
		list = append(list, "het is een bericht van een collega zelf")
	}
	if internal.MatchString(all) && m.Forwarded == nil {
		list = append(list, "het is intern overleg")
	}
	return list
}

// threadSigns say which conversation a mail goes on.
func threadSigns(m *Message) (list []string) {
	switch threadOf(m) {
	case threadComplainant:
		list = append(list, "het antwoordt op een bericht over een klacht")
	case threadStaff:
		list = append(list, "het antwoordt op een bericht aan een medewerker")
	}
	if referenceIn(m.Subject) != "" {
		list = append(list, "het onderwerp noemt een klachtnummer")
	}
	if referenceIn(m.Own) != "" {
		list = append(list, "de tekst noemt een klachtnummer")
	}
	if referenceIn(m.Quoted+"\n"+forwardedText(m)) != "" {
		list = append(list, "het citaat noemt een klachtnummer")
	}
	if replySubject.MatchString(m.Subject) || len(m.InReplyTo) > 0 {
		list = append(list, "het is een antwoord")
	}
	if m.Quoted != "" {
		list = append(list, "er staat een citaat onder")
	}
	return list
}

// objectionSigns say whether a mail disputes a decision on a complaint.
func objectionSigns(m *Message, v voice) (list []string) {
	text := m.Subject + "\n" + bounded(v.text, mostLong)
	for _, c := range []clue{
		{"het maakt bezwaar", objecting}, {"het spreekt van een beslissing of een eerdere klacht", decided}, {"het is het ergens niet mee eens", disagrees},
		{"het weerlegt wat er is geschreven", dissent}, {"het legt zich erbij neer of trekt in", content},
	} {
		if c.pattern.MatchString(text) {
			list = append(list, c.says)
		}
	}
	if decisionQuoted(m) {
		list = append(list, "het citaat is een beslissing op een klacht")
	}
	return list
}

// bulkSigns say whether a mail was sent to many, sells something or fishes for passwords.
func (r *Reader) bulkSigns(m *Message) (list []string) {
	text := m.Subject + "\n" + bounded(m.Text, mostLong)
	if m.Machine.Bulk {
		list = append(list, m.Machine.Reason)
	} else if m.Machine.Automatic {
		list = append(list, "een machine heeft het verzonden")
	}
	if unsubscribeLink.MatchString(text) {
		list = append(list, "er staat een afmeldlink in")
	} else if unsubscribe.MatchString(text) {
		list = append(list, "het noemt afmelden of een nieuwsbrief")
	}
	list = append(list, graded("het is reclame", min(count(salesWords, text), 3))...)
	list = append(list, graded("het lijkt op oplichting (phishing)", min(count(phishing, text), 3))...)
	if !r.house(m.From.Addr) && m.DMARCAny() == Fail {
		list = append(list, "de mailserver kon de afzender niet bevestigen")
	}
	return list
}

// shapeSigns say what a text looks like.
func shapeSigns(all string, v voice) (list []string) {
	switch words := len(strings.Fields(bounded(v.text, mostLong))); {
	case words < 20:
		list = append(list, "het is heel kort")
	case words < 50:
		list = append(list, "het is kort")
	case words > 150:
		list = append(list, "het is lang")
	}
	for _, c := range []clue{{"het stelt een vraag", questionMark}, {"er staat een uitroepteken", exclamation}, {"het noemt een bedrag", money}, {"het noemt een tijd", clockTime}} {
		list = append(list, graded(c.says, min(len(c.pattern.FindAllStringIndex(all, 3)), 2))...)
	}
	return list
}

var (
	questionMark = regexp.MustCompile(`\?`)
	exclamation  = regexp.MustCompile(`!`)
)

// DMARCAny is the verdict on the sender of whoever judged it last: for suspicion only, never for belief.
func (m *Message) DMARCAny() Result {
	for _, value := range m.header.All("Authentication-Results") {
		if found := dmarcResult.FindStringSubmatch(";" + withoutComments(value)); found != nil {
			switch strings.ToLower(found[1]) {
			case "pass":
				return Pass
			case "fail":
				return Fail
			}
		}
	}
	return Unknown
}
