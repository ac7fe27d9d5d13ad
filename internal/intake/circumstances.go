package intake

import (
	"strings"
)

var (
	subjectSays = newPattern(`\bklacht\b|\bcomplaint\b`)
	noted       = newPattern(`\b(aan de (lijn|telefoon|balie|deur)|gebeld|belde|telefonisch(e)?|telefoontje|ingesproken|voicemail|langs geweest|kwam langs|per post|brief (binnen|ontvangen|gekregen)|gescand|scan|in de bijlage|oppakken|opgepakt|in behandeling|voor jullie|doorgestuurd|hoort bij jullie|klachtenprocedure)\b`)
	internal    = newPattern(`\b(agenda|overleg|vergadering|notulen|kwartaal|rapportage|analyse|overzicht|bespreken|jaarverslag|werkoverleg|actiepunten|audit|concept)\b`)
	money       = newPattern(`€|\beuro\b|\b\d+,-|\b\d+,\d\d\b`)
	clockTime   = newPattern(`\b\d{1,2}[:.]\d\d\b|\b(half|kwart) \w+\b|\b\d{1,2} uur\b`)
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
	for _, entry := range v.entries {
		if entry.value != "" {
			labelled[entry.key] = true
		}
	}
	add(labelled[keyDescription] && labelled[keyMotivation], "het geeft de gevraagde gegevens met omschrijving en motivering")
	add(labelled[keyDescription] && len(labelled) >= 4, "het geeft de gevraagde gegevens")
	list = append(list, r.senderSigns(m, all)...)
	list = append(list, threadSigns(m)...)
	list = append(list, r.objectionSigns(m, v)...)
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

// The signs that decide something by themselves.
const (
	objects    = "het maakt bezwaar"
	content    = "het legt zich erbij neer of trekt in"
	lure       = "het lijkt op oplichting (phishing)"
	sales      = "het is reclame"
	leaves     = "er staat een afmeldlink in"
	newsletter = "het noemt afmelden of een nieuwsbrief"
)

// disputes are what stands in a mail that does not accept a decision (Klachtenprocedure 9), or does.
var disputes = []clue{
	clueOf(objects, `\b((hierbij |formeel |alsnog |officieel )?(maak|teken|dien|maken|tekenen|dienen|wil|willen|wens|wensen)\b[^.\n]{0,60}\bbezwaar\b|bezwaarschrift|bezwaar(maken)?\b[^.\n]{0,50}\b(tegen|inzake|in te dienen|aantekenen|aan te tekenen|maken)|(in|tegen)\b[^.\n]{0,30}\b(in|aan) beroep|niet (mee )?eens\b[^.\n]{0,60}\b(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|conclusie|antwoord|reactie|beoordeling)|(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|conclusie)\b[^.\n]{0,80}\b(niet (mee )?eens|niet akkoord|heroverweg|herzien|niet neer|onaanvaardbaar|niet accepteren|accepteer (ik|wij) niet|kan ik niet|kunnen wij niet)|niet akkoord\b[^.\n]{0,60}\b(beslissing|besluit|uitkomst|oordeel|afhandeling|uitspraak|afwijzing|antwoord)|leg(gen)? (mij|me|ons) (hier )?niet (hier)?bij neer|object(ion)? (to|against) (the|your) (decision|outcome|ruling)|appeal (the|your|against)|disagree with (the|your) (decision|outcome|judg))`),
	clueOf("het spreekt van een beslissing of een eerdere klacht", `\b(mijn klacht|onze klacht|de klacht|klachten?commissie|geschillencommissie|klachtnummer|uw (beslissing|besluit|oordeel|uitspraak|afwijzing)|jullie (beslissing|besluit|oordeel|antwoord|uitspraak)|ongegrond|(deels|gedeeltelijk) gegrond|niet in behandeling|my complaint|our complaint)\b`),
	clueOf("het is het ergens niet mee eens", `\b(niet (mee )?eens|niet akkoord|oneens|daar neem ik geen genoegen mee|geen genoegen|neem ik niet|klopt niet|onterecht|heroverweeg|heroverwegen|herzien|do(n't| not) agree|disagree)\b`),
	clueOf("het weerlegt wat er is geschreven", `\b(niet (mee )?eens|oneens|niet akkoord|klopt (er )?(niet|niets|geen)|kloppen niet|niet waar|onjuist|onzin|onbegrijpelijk|begrijp(en)? (ik|wij|er) (hier )?(niets|niks|niet)|onterecht|onredelijk|oneerlijk|kom op( zeg)?|serieus\?|belachelijk|teleurgesteld|teleurstellend|niet (gehoord|gesproken|gevraagd|ingegaan|gelezen|onderzocht|gekeken)|niemand heeft|nooit (gevraagd|gesproken|gehoord)|geen (hoor|woord|rekening)|voorbij aan|gaat (u|men|het) (voorbij|er(aan)? voorbij)|laat (ik|wij) het niet|laten we het niet|niet bij (zitten|neer)|hogerop|opnieuw (bekijken|beoordelen|kijken)|nog eens (kijken|naar kijken)|heroverwe\w+|herzien|herbeoorde\w+|commissie|beroep|weerleg|in tegenstelling tot|anders dan u (schrijft|stelt|zegt)|u (schrijft|stelt|zegt|beweert) dat|jullie (schrijven|zeggen|stellen|beweren)|disagree|not agree|unfair|wrong|reconsider|appeal)\b`),
	clueOf(content, `\b(ik ga akkoord|wij gaan akkoord|akkoord met (de|uw|jullie) (beslissing|oplossing)|tevreden met (de|uw)|(kunnen|kan) (we|wij|ik) (mee|ermee) leven|intrekken|trek (ik|de klacht) in)\b`),
}

// sendings are what stands in a mail that was sent to many, sells something or fishes for passwords and money.
var sendings = []clue{
	clueOf(leaves, `(afmelden|uitschrijven|unsubscribe|opt[- ]?out|(bekijk|lees|view)\b.{0,30}(browser|online)|voorkeuren)[^\n]{0,80}\n?[^\n]{0,20}https?://|https?://[^\s]*(unsubscribe|afmeld|uitschrijf|optout)`),
	clueOf(newsletter, `(afmelden|uitschrijven|unsubscribe|opt[- ]?out|geen (mails|berichten|nieuwsbrief) meer ontvangen|bekijk (deze|de) (nieuwsbrief|e-?mail|mail) (in|online)|view (this|in) (e-?mail|your browser)|nieuwsbrief|voorkeuren (aanpassen|wijzigen))`),
	clueOf(sales, `\b(vrijblijvend|vroegboek\w*|korting|aanbieding|early ?bird|webinar|congres|seminar|beurs|tickets?|meld (je|u) (nu |vandaag )?aan|actie|gratis (demo|scan|proef|e-?book|whitepaper)|whitepaper|inspiratiedag)\b`),
	clueOf(sales, `\b(seo|zoekterm|pagina \d|google ads|leads|conversie|ranking|backlinks|online marketing|websitebouw|meer (inschrijvingen|klanten|omzet|bezoekers)|linkedin)\b`),
	clueOf(sales, `\b(15|vijftien|10|20|30) min(uten|uutjes|uut)? (bellen|kennis|inplannen|van (je|uw) tijd)|kennismaken|belafspraak|geen interesse\?|interesse\?|even (bellen|sparren)`),
	clueOf(sales, `\b((kwam|kom|came) .{0,30}(jullie|uw|je|across|your) .{0,12}(site|website|tegen|organi[sz]ation|company)|hope this (message|e-?mail) finds you|no cure,? no pay|topkandida(at|ten)|kanjers klaar|scherp (aanbod|tarief)|(mijn|ons|onze) tarie(f|ven)|openingsaanbod|voorrijkosten|vrijblijvend voorstel|rendement|mag ik (u|je|jullie) (een|iets|de) (pdf|voorstel|offerte|brochure)|past dat|heb je (deze|volgende) week|plan(nen)? we een (call|belletje)|partner(ship)? (for|voor)|demo (plannen|inplannen)|val maar met de deur)\b`),
	clueOf(sales, `\b(wij|we) (helpen|hielpen|bieden|leveren|maken|leggen|innen|bellen|vertalen|ontzorgen|verzorgen|keuren) (u|je|jullie|bedrijven|opleiders|onlangs|organisaties)|(kwam|bekeek|zag) (ik )?(jullie|uw|je) (web)?site|dé (oplossing|specialist|partner)|gegarandeerd`),
	clueOf(lure, `(mailbox|postvak|account|wachtwoord|opslag(ruimte)?|quota)\b.{0,60}(vol|verlo(opt|pen)|geblokkeerd|opgeschort|gedeactiveerd|verifi|bevestig|limiet|vervalt)`),
	clueOf(lure, `(klik (hier|op)|click here|log in via|inloggen via|open (het|de) (beveiligde )?(document|dossier|link|bestand)|beveiligd(e)? (dossier|document|bericht))`),
	clueOf(lure, `(rekeningnummer is (gewijzigd|veranderd)|nieuwe rekeningnummer|kan nu niet bellen|ben je (achter|op) je (bureau|kantoor)|cadeau(bon|kaart)en|begunstigde|erfenis|schenk(ing|en)|bankgegevens|in de bijlage \S+\.(zip|htm|html|iso|exe)|wachtwoord:? ?\d)`),
	clueOf(lure, `(binnen (24|48|72) uur|onmiddellijk|direct actie|deurwaarder|wordt (uw account|de zaak)|laatste waarschuwing)`),
	clueOf(lure, `https?://[^\s/]*\.(test|xyz|top|ru|click|info|link)\b|https?://[^\s]*(login|verif|account|secure|wachtwoord)`),
}

// objectionSigns say whether a mail disputes a decision on a complaint.
func (r *Reader) objectionSigns(m *Message, v voice) []string {
	list := r.look.disputes.shows(strings.ToLower(m.Subject+"\n"+bounded(v.text, mostWeighed)), 1, nil)
	if decisionQuoted(m) {
		list = append(list, "het citaat is een beslissing op een klacht")
	}
	return list
}

// bulkSigns say whether a mail was sent to many, sells something or fishes for passwords.
func (r *Reader) bulkSigns(m *Message) (list []string) {
	if m.Machine.Bulk {
		list = append(list, m.Machine.Reason)
	} else if m.Machine.Automatic {
		list = append(list, "een machine heeft het verzonden")
	}
	list = append(list, r.look.sendings.shows(strings.ToLower(m.Subject+"\n"+bothEnds(m.Text)), 1, nil)...)
	if !r.house(m.From.Addr) && m.dmarcAny() == Fail {
		list = append(list, "de mailserver kon de afzender niet bevestigen")
	}
	return list
}

// bothEnds is the beginning and the end of a text: who sells something says so first, and how to leave last.
func bothEnds(text string) string {
	if len(text) <= 2*mostWeighed {
		return text
	}
	return bounded(text, mostWeighed) + "\n" + strings.ToValidUTF8(text[len(text)-mostWeighed:], "")
}

// shapeSigns say what a text looks like.
func shapeSigns(all string, v voice) (list []string) {
	switch words := len(strings.Fields(bounded(v.text, mostWeighed))); {
	case words < 20:
		list = append(list, "het is heel kort")
	case words < 50:
		list = append(list, "het is kort")
	case words > 150:
		list = append(list, "het is lang")
	}
	list = append(list, graded("het stelt een vraag", min(strings.Count(all, "?"), 2))...)
	list = append(list, graded("er staat een uitroepteken", min(strings.Count(all, "!"), 2))...)
	for _, c := range []clue{{"het noemt een bedrag", money}, {"het noemt een tijd", clockTime}} {
		list = append(list, graded(c.says, min(len(c.pattern.FindAllStringIndex(all, 3)), 2))...)
	}
	return list
}

// dmarcAny is the verdict on the sender of whoever judged it last: for suspicion only, never for belief.
func (m *Message) dmarcAny() Result {
	for _, value := range m.header.all("Authentication-Results") {
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
