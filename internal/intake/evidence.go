package intake

import (
	"regexp"
	"slices"
	"strings"
)

// evidence is what speaks for and against a complaint.
type evidence struct {
	weight  float64
	reasons []string // for it, in Dutch
	against []string
}

// clue is one thing that a text in lower case can show. It counts once, and a little more when it shows again.
type clue struct {
	weight  float64
	says    string // in Dutch: "het zegt …"
	pattern *regexp.Regexp
	again   float64 // for a second time
}

func clueOf(weight, again float64, says, pattern string) clue {
	return clue{weight: weight, again: again, says: says, pattern: regexp.MustCompile(pattern)}
}

// notMeant are phrases in which "klacht" is no complaint; they are taken out before the clues are looked for.
var notMeant = []clue{
	clueOf(-1.5, 0, "het zegt dat er geen klacht is", `\b(geen|niet echt een|is geen|nog nooit een|nooit een|zonder|niet als) (enkele )?klacht(en)?\b|\bniets te klagen\b|\bmag niet klagen\b|\bno complaints?\b|\bgeen reden tot klagen\b`),
	clueOf(-3, 0, "het gaat over gezondheid", `\b(rug|nek|maag|keel|hoofd|long|hart|gezondheids|griep|lichamelijke|medische|corona|burn-?out|stress|pijn|knie|schouder|arbeids|psychische|overspannen)-? ?klachten\b|\b(met|door|vanwege|wegens) (mijn |lichte |hevige |aanhoudende |deze )?klachten\b[^.]{0,40}\b(thuis|ziek|afwezig|bed|huisarts|bedrijfsarts|niet komen)|\bklachten\b[^.]{0,60}\b(griep|koorts|hoesten|huisarts|bedrijfsarts|fysio\w*|arts|ziek(gemeld|te)?|herstel|beter(schap)?)|\b(griep|koorts|huisarts|bedrijfsarts|ziekgemeld|ziekmelden)\b[^.]{0,80}\bklachten\b|klachten(vrij)\b`),
	clueOf(-1.5, 0, "het gaat over de klachtenprocedure zelf", `\bklachten?(procedure|regeling|beleid|reglement|register|afhandeling|management|commissie|functionaris|formulier|rapportage|overzicht|analyse|coördinator|behandelaar|behandeling|loket)\b|\bcomplaints? (procedure|policy|handling)\b`),
	clueOf(-2, 0, "het gaat over leren omgaan met klachten", `\bklachten?(brief|brieven|mail|gesprek(ken)?)\b[^.]{0,60}\b(schrijven|oefen\w*|les|opdracht|leerlingen|training|module|voorbeeld\w*)|\b(les|lessenserie|opdracht|training|cursus|workshop|module|hoofdstuk|onderzoek|scriptie|interview|afstud\w+|project|thema|werkstuk|rollenspel)\b[^.]{0,40}\b(over|rond|omgaan met|met als onderwerp|in) (\w+ ){0,2}klacht(en)?(afhandeling|brief|brieven|gesprek\w*|behandeling)?\b|\bomgaan met klachten\b`),
	clueOf(-1, 0, "het is een vaste tekst van een leverancier", `\b(heeft u|hebt u|bij|mocht u|voor|eventuele|indien u) (een )?(vragen of |vragen, opmerkingen of )?klacht(en)?\b[^.]{0,80}\b(bel|mail|neem|contact|kunt u|verwijzen|melden|klantenservice|laat het)|klachten?\b[^.]{0,40}\bbinnen (\d+|acht|veertien|zeven) (dagen|werkdagen)\b`),
}

var clues = []clue{
	clueOf(5, 0, "het zegt een klacht in te dienen", `\b(dien(en|de|t)?|doe|doen|wil|willen|wens|wensen|leg|maak)\b[^.\n]{0,70}\bklacht\b[^.\n]{0,40}\b(in|indienen|in te dienen|neerleggen|melden|doen|deponeren|uiten)\b|\b(hierbij|bij deze|middels deze|via deze weg)\b[^.\n]{0,50}\b(klacht|ongenoegen|onvrede)\b|\bklacht\b[^.\n]{0,50}\b(indienen|in te dienen|ingediend|neerleggen|neer te leggen|deponeren|in behandeling)\b|\b(als|een) (formele |officiële |serieuze )?klacht\b[^.\n]{0,40}\b(behandel\w*|registre\w+|noteren|genoteerd|opnemen|opvatten|op te vatten|beschouw\w*|te zien|worden|wordt|zien|in te boeken)|\b(behandel|registreer|noteer|zie|beschouw)\b[^.\n]{0,40}\bals (een )?(formele |officiële )?klacht|\b(file|make|lodge|submit|register|raise)\b[^.\n]{0,40}\bcomplaint\b|\b(formal|official) complaint\b|\bik (ga|wil) (hier(over)? )?(een klacht|klagen)\b|\bik heb (\w+ ){0,4}een klacht\b|\bwij hebben (\w+ ){0,3}een klacht\b`),
	clueOf(3, 0, "het noemt een klacht", `\b(deze|mijn|onze|zijn|haar|hun|serieuze|formele|officiële|telefonische|een|volgende) klacht\b|\bklacht(en)? (over|betreffende|inzake|tegen|m\.?b\.?t\.?|aangaande|van)\b|\bcomplaint (about|regarding|concerning)|\bmy complaint\b`),
	clueOf(1, 0, "het noemt klachten", `\bklacht(en)?\b|\bcomplain(t|ts|ing)?\b`),
	clueOf(2.4, .8, "het spreekt van ontevredenheid", `\b(ontevreden\w*|niet (echt |erg |helemaal |zo |bepaald |heel )?(tevreden|blij|te spreken|gelukkig met)|teleurgesteld|teleurstell\w+|ongenoegen|onvrede|misnoegd|(viel|valt|vielen|vallen)\b.{0,30}\btegen|tegenvallend\w*|not (at all )?(happy|satisfied)|dissatisf\w+|unhappy|disappoint\w+|baal(de)?|balen|tabak|spuugzat|meer dan zat|er klaar mee|genoeg van|zat van|kotsbeu|beu)\b`),
	clueOf(2.4, .8, "het keurt iets scherp af", `\b(onacceptabel|onaanvaardbaar|niet acceptabel|niet (te accepteren|aanvaardbaar)|schandalig|schande|belachelijk|waardeloos|waardeloze|ongehoord|onbeschoft|bedroevend|beneden (alle )?peil|onder (de|elke) maat|ondermaats|wanprestatie|puinhoop|bende|rommeltje|chaos|chaotisch|aanfluiting|knudde|prutswerk|broddelwerk|flutcursus|droevig|treurig|schofterig|respectloos|onprofessioneel|onzorgvuldig|nalatig|laks|oplicht\w+|misleid\w*|tijdverspilling|weggegooid geld|zonde van (het|mijn|ons|onze) (geld|tijd)|niet serieus genomen|voor schut|te gek voor woorden|van de zotte|slaat nergens op|nergens op|niet normaal|kan (toch |echt )?niet|niet netjes|absurd|unacceptable|ridiculous|disgrace\w*|appalling|terrible|awful|rude|unprofessional|outrageous|waste of (time|money)|not acceptable|poor quality)\b`),
	clueOf(1.4, .6, "het noemt iets slechts", `\b(slecht(e|er|ste)?|kwalijk|jammerlijk|ergerlijk|geërgerd|erger(en)? (ik|mij|me|wij|ons)|verbaas\w*|verbijster\w*|boos|woedend|kwaad|gefrustreerd|frustr\w+|pissig|verontwaardigd|geschokt|gekwetst|vernederd|vernederend|niet professioneel|rommelig|onduidelijk|incompleet|onvolledig|angry|furious|frustrat\w+|upset|bad|poor(ly)?|worst)\b`),
	clueOf(2.2, 0, "er is iemand niet gekomen", `\b(niet (komen )?op(ge)?dagen|niet verschenen|verscheen niet|kwam (er )?niet|niet gekomen|niemand (kwam|was er|aanwezig|verscheen|komt|kwam opdagen)|is er (gewoon )?niet|was er (gewoon |helemaal |wéér |weer )?(niemand|niet)|dichte deur|voor niets gekomen|voor niks gekomen|weer niemand|geen (trainer|docent|instructeur|vervanger)|did ?n[o']t (show|turn) up|never showed|no[- ]show)\b`),
	clueOf(1.5, .8, "er komt geen antwoord", `\b(geen (enkele |inhoudelijke |fatsoenlijke )?(reactie|antwoord|gehoor|bericht|terugkoppeling|uitleg|excuus|excuses|respons)|niet (op )?(gereageerd|beantwoord|geantwoord|teruggebeld|teruggemaild)|nooit (meer )?(iets |wat )?(gehoord|teruggebeld|antwoord|reactie)|niets (meer )?(gehoord|vernomen)|niks (meer )?(gehoord|vernomen)|reageert niemand|niemand (reageert|neemt op|belt|weet)|blijft (het )?stil|no (reply|response|answer)|never (heard|replied|responded)|nobody (answers|replied|responded))\b`),
	clueOf(1.5, .6, "iets is nog steeds niet in orde", `\b(nog (steeds|altijd|immer) (geen|niet|niks|niets)|tot op heden|tot nu toe (geen|niet|niks)|(derde|vierde|vijfde|zesde|zoveelste|tweede|2e|3e|4e|5e) (keer|maal|poging)|al (drie|twee|vier|vijf|zes|zeven|acht|tien|\d+) (keer|weken|maanden|dagen|maal)|(drie|vier|vijf|driemaal|tweemaal|meerdere|herhaaldelijk|talloze)( keer| malen| mails)? (gebeld|gemaild|gevraagd|gemeld|aangegeven|verzocht)|herhaaldelijk|keer op keer|steeds weer|weer (niet|mis|hetzelfde|fout|eens)|opnieuw (niet|mis|fout|verkeerd)|still (not|no|haven't|waiting|hasn't)|(third|second|fourth) time|(several|multiple|three|two) times|again and again)\b`),
	clueOf(1.2, .6, "iets is niet gegaan zoals het hoort", `\b(traag|mopper\w*|werk(t|en|te|ten) (nog |nu |weer |gewoon |al |helemaal |steeds )*niet|doe(t|n) (het |de |nog |nu )*niet|deed het niet|kapot|defect|storing|uitgevallen|valt (telkens |steeds )?uit|liep vast|afgebroken|verkeerd(e)?|onjuist(e)?|fout(e|ief|ieve|en)?|niet (juist|correct|goed)|klopt (er )?niet|klopt niets|kloppen niet|verouderd(e)?|te laat|vertraging|dubbel (gefactureerd|betaald|afgeschreven|in rekening)|ten onrechte|onterecht|geannuleerd|afgezegd|vervallen|verzet zonder|op het laatste moment|ontbr(eken|eekt|ak|aken)|niet (geleverd|ontvangen|gekregen|gegeven|behandeld|gemaakt|doorgegaan|nagekomen|ingepland|aanwezig|geregeld|voorbereid|betaald|uitbetaald|teruggestort|bruikbaar|leesbaar|geopend|toegankelijk|geactiveerd|verwerkt|aangekomen|geschikt|bevoegd|gekeurd)|kwijt(geraakt)?|zoek(geraakt)|datalek|privacy|wrong|broken|does ?n[o']t work|not working|failed|cancelled|late|missing|incorrect|outdated|error)\b`),
	clueOf(2, .6, "het beschrijft onbehoorlijk gedrag", `\b(discrimin\w+|racis\w+|seksis\w+|seksueel|intimid\w+|grensoverschrijdend|ongepast\w*|schreeuw\w*|uitgescholden|schold|schelden|uitgelachen|belachelijk gemaakt|beledig\w+|kleinerend\w*|denigrerend\w*|grof|grove|bot|lomp|onbeleefd|arrogant|agressief|gepest|vernederd|racist|sexist|insult\w*|harass\w*|shout\w*)\b`),
	clueOf(1.5, .5, "het beroept zich op een afspraak", `\b(beloofd|beloften?|toegezegd|toezegging\w*|zoals afgesproken|was afgesproken|afgesproken was|hadden afgesproken|niet conform|in strijd met|anders dan (beloofd|afgesproken|aangekondigd)|niet (waar|wat) (wij|we|ik|je) (voor )?(hebben |heb |had |hadden )?(betaal\w*|besteld|ingekocht|afgesproken|verwacht\w*|geboekt|gekocht)|wat (we|wij|ik) (hadden|had) (verwacht|mogen verwachten|besteld)|verwachtingen?|promised|agreed in writing|as agreed|not what (we|i))\b`),
	clueOf(1.8, .6, "het vraagt iets terug of stelt een eis", `\b(geld terug|terugbeta\w+|terug te betalen|terugstort\w*|restitutie|creditnota|crediteren|gecrediteerd|schadevergoeding|schade|compensatie|compenseren|gecompenseerd|vergoeding|vergoeden|schadeloos\w*|(ik|wij|we) eis(en)?|eis dat|in gebreke|ingebrekestelling|aansprakelijk|juridisch\w*|advocaat|rechtsbijstand|consumentenbond|ombudsman|inspectie|geschillencommissie|excuses (aan|van)|een excuus|opheldering|verklaring|korting als|niet (gaan )?betalen|betaal(t)? (ik|wij|we) niet|weiger te betalen|kosteloos|herstel\w* op uw kosten|refund|compensation|money back|reimburse\w*|legal action|liable)\b`),
	clueOf(1, .4, "het vertelt van de gevolgen", `\b(hierdoor|daardoor|waardoor|gevolg (is|daarvan|hiervan)|tot gevolg|voor niets|voor niks|tevergeefs|stilgelegd|ingehuurd|inhuren|moeten (nu )?(alsnog|opnieuw|zelf|extra)|zelf (moeten )?(betalen|voorschieten|oplossen|regelen)|niet (op|naar) examen|gezakt|zakten|herexamen|studievertraging|kan ik niet (meer )?|mogen (ze|zij|wij) niet|niemand geslaagd|overuren|dag verlet|vrije dag|(veel|hoop|bak) geld)\b`),
	clueOf(.8, 0, "het is boos of bitter van toon", `!!+|\?!|\b(nou lekker|lekker dan|mooi is dat|fijn hoor|leuk hoor|knap hoor|bravo|hulde|dank je de koekoek|gefeliciteerd hoor|topdag|wat een (topdag|feest|cadeau\w*|belevenis|vertoning|grap|mop|ellende|gedoe)|een lachertje|mijn complimenten|zelden zo|chapeau|geweldig hoor)\b`),
	clueOf(1.5, 0, "het vraagt er werk van te maken", `\b(nooit meer|laatste keer|stappen over|andere (aanbieder|opleider|partij)|zeggen (wij|we|ik) .{0,20}op|dit (moet|mag|kan) (echt |zo )?(anders|niet|beter)|neem(t)? (dit|mij) serieus|hoor (ik )?(graag )?(van u|wat (jullie|u)|hoe (u|jullie))|bel me terug|iets aan (te )?doen|er iets aan doet|wat gaan jullie (hier|er)aan doen|wat (gaat u|ga je|doet u) (hier|er)aan|maatregelen|hoe kan dit|hoe kan het dat|how is this possible|what (are|will) you)\b`),
}

var contrary = []clue{
	clueOf(-1.5, -.5, "het is een aanmelding of inschrijving", `\b(inschrij(ven|ving|f)\w*|aanmeld(en|ing)\w*|plaats (vrij|over|beschikbaar)|nog plek|deelnemerslijst|opgeven voor|sign up|enrol\w*|register for)\b`),
	clueOf(-2, 0, "het vraagt om een offerte of informatie", `\b(offerte(s|aanvraag)?|prijsopgave|informatie (over|aanvragen)|brochure|wat (kost|zijn de kosten)|tarie(f|ven)|quote|quotation|meer informatie|graag (ontvang|weten|horen) (ik|wij|we)? ?(meer|welke|wanneer|of))\b`),
	clueOf(-2, 0, "het is een factuur of bestelling", `\b(bijgaand (ontvangt|vindt|treft|de)|hierbij (ontvangt u|de factuur|onze factuur|mijn factuur|stuur ik (u )?(de |mijn )?(factuur|declaratie))|over te maken|betalingsherinnering|onder vermelding van|orderbevestiging|pakbon|declaratie)\b`),
	clueOf(-1.6, -.6, "het bedankt of prijst", `\b((heel |hartelijk |erg |super ?)?bedankt voor|dank (je|jullie|u)( wel)? voor|dank ?jullie wel|fantastisch\w*|geweldig(e)? (training|cursus|dag|trainer|docent)|(heel|zeer|erg|super|dik) (tevreden|goed|leuk|fijn|nuttig|leerzaam)|dik in orde|complimentje|een compliment|top (training|cursus|trainer)|enthousiast|prima (verlopen|geregeld|training)|genoten|thanks? (you )?for|great (course|training))\b`),
	clueOf(-1, 0, "het is een vriendelijke tip", `\b(tip|tipje|suggestie|ideetje|klein(e|igheidje)? (puntje|opmerking|dingetje)|puntje|verder (alles|niets dan)|voor de volgende keer|misschien (handig|een idee)|niet erg|geen probleem|geen haast|voor de rest|ter info(rmatie)?)\b`),
	clueOf(-3, 0, "het is een sollicitatie of een stageverzoek", `\b(sollicit\w+|vacature|curriculum|mijn cv|motivatiebrief|open sollicitatie|stageplek|stageplaats|stage lopen)\b`),
	clueOf(-1, 0, "het vraagt om hulp of inlichtingen", `\b(kun(t u|nen jullie|nen we|t|nen wij)|kan ik|kan iemand|zou(den)? (u|jullie|je|iemand)|is het mogelijk|weten jullie|weet u|hoe (kan|moet|werkt)|vraagje|een vraag|mijn vraag|could you|can you|would it be possible|question)\b`),
	clueOf(-1, 0, "het gaat over planning of deelnemers", `\b(afmeld(en|ing)|verzetten|omruilen|vervang(en|er)? (door|in)|agenda|vergadering|planning voor|rooster voor|beschikbaar(heid)?|data (voor|van)|verhinderd|reserver\w+|zaal|routebeschrijving|parkeren)\b`),
	clueOf(-1.5, 0, "het zegt dat er niets aan de hand is", `\b(geen (haast|spoed|probleem|incident|aanleiding)|er is niets (mis|aan de hand)|ik ben (heel |erg |zeer )?tevreden|wij zijn (heel |erg |zeer )?tevreden|alles (was|is|ging|verliep) (prima|goed|in orde|top|naar wens)|naar (volle )?tevredenheid|niet als klacht|no problem)\b`),
}

// weigh looks for clues in what the complainant wrote, and adds what the words as a whole say.
func (r *Reader) weigh(m *Message, v voice) evidence {
	e := r.clues(m, v)
	subject, text := r.modelled(m, v)
	weight, telling := r.model.score(subject, text, slices.Concat(e.reasons, e.against))
	e.weight = r.model.clues*(e.weight-evenBar) + evenBar + weight
	if weight > .5 && len(telling) > 0 {
		e.reasons = append(e.reasons, "de woorden lijken op die van een klacht ("+strings.Join(telling, ", ")+")")
	}
	return e
}

// modelled is the text that the model reads: what is said, without salutation and signature.
func (r *Reader) modelled(m *Message, v voice) (subject, text string) {
	return v.subject, strings.Join(cutLetter(v.text).body, "\n")
}

// clues looks for what stands in the tables above, and for the circumstances.
func (r *Reader) clues(m *Message, v voice) evidence {
	var e evidence
	text := bounded(v.text, mostLong)
	all := v.subject + "\n.\n" + text
	if v.cover != "" {
		all += "\n.\n" + bounded(withoutSignature(v.cover), 3000)
	}
	if shouting.MatchString(all) {
		e.add(.8, "er staan woorden in hoofdletters")
	}
	all = strings.ToLower(all)
	for _, c := range notMeant {
		if c.pattern.MatchString(all) {
			e.count(c, 1)
			all = c.pattern.ReplaceAllString(all, " ")
		}
	}
	for _, list := range [][]clue{clues, contrary} {
		for _, c := range list {
			if n := len(c.pattern.FindAllStringIndex(all, 3)); n > 0 {
				e.count(c, n)
			}
		}
	}
	r.circumstances(&e, m, v, all)
	return e
}

func (e *evidence) count(c clue, times int) {
	weight := c.weight + float64(min(times-1, 2))*c.again
	e.add(weight, c.says)
}

func (e *evidence) add(weight float64, says string) {
	e.weight += weight
	if weight > 0 {
		e.reasons = append(e.reasons, says)
	} else {
		e.against = append(e.against, says)
	}
}

// shouting is a word of dismay in capitals.
var shouting = regexp.MustCompile(`\b(NIET|NIEMAND|NOOIT|WEER|GEEN|ALWEER|NIKS|SCHANDALIG|KLACHT|STOP|GRAAG|DIRECT)\b`)

var (
	subjectSays = regexp.MustCompile(`\bklacht\b|\bcomplaint\b`)
	noted       = regexp.MustCompile(`\b(aan de (lijn|telefoon|balie|deur)|gebeld|belde|telefonisch(e)?|telefoontje|ingesproken|voicemail|langs geweest|kwam langs|per post|brief (binnen|ontvangen|gekregen)|gescand|scan|in de bijlage|oppakken|opgepakt|in behandeling|voor jullie|doorgestuurd|hoort bij jullie|klachtenprocedure)\b`)
	internal    = regexp.MustCompile(`\b(agenda|overleg|vergadering|notulen|kwartaal|rapportage|analyse|overzicht|bespreken|jaarverslag|werkoverleg|actiepunten|audit|concept)\b`)
)

// circumstances adds what is not in the words: who writes, on what form.
func (r *Reader) circumstances(e *evidence, m *Message, v voice, all string) {
	if subjectSays.MatchString(all[:min(len(all), len(v.subject)+len(m.Subject)+1)]) && !replySubject.MatchString(m.Subject) {
		e.add(1.5, "het onderwerp noemt een klacht")
	}
	labelled := map[fieldKey]bool{}
	for _, entry := range form(v.text) {
		if entry.value != "" {
			labelled[entry.key] = true
		}
	}
	if labelled[keyDescription] && labelled[keyMotivation] {
		e.add(3, "het geeft de gevraagde gegevens met omschrijving en motivering")
	} else if labelled[keyDescription] && len(labelled) >= 4 {
		e.add(1.5, "het geeft de gevraagde gegevens")
	}
	if !r.house(m.From.Addr) {
		return
	}
	switch {
	case m.Forwarded != nil && !r.house(m.Forwarded.From.Addr):
		e.add(.5, "een collega stuurt het door")
	case noted.MatchString(all):
		e.add(.5, "een collega geeft het door")
	default:
		e.add(-2.5, "het is een bericht van een collega zelf")
	}
	if internal.MatchString(all) && m.Forwarded == nil {
		e.add(-3, "het is intern overleg")
	}
}

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
