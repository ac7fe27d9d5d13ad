package intake

import (
	"slices"
	"strings"
)

// clue is one thing that a text in lower case can show. What it weighs is learned from labelled mail, and stands in model.tsv.
type clue struct {
	says    string // in Dutch, for the manager: "het zegt …"
	pattern *pattern
}

func clueOf(says, pattern string) clue { return clue{says: says, pattern: newPattern(pattern)} }

// notMeant are phrases in which "klacht" is no complaint; they are taken out before the clues are looked for.
var notMeant = []clue{
	clueOf("het zegt dat er geen klacht is", `\b(geen|niet echt een|is geen|nog nooit een|nooit een|zonder|niet als) (enkele )?klacht(en)?\b|\bniets te klagen\b|\bmag niet klagen\b|\bno complaints?\b|\bgeen reden tot klagen\b`),
	clueOf("het gaat over gezondheid", `\b(rug|nek|maag|keel|hoofd|long|hart|gezondheids|griep|lichamelijke|medische|corona|burn-?out|stress|pijn|knie|schouder|arbeids|psychische|overspannen)-? ?klachten\b|\b(met|door|vanwege|wegens) (mijn |lichte |hevige |aanhoudende |deze )?klachten\b[^.]{0,40}\b(thuis|ziek|afwezig|bed|huisarts|bedrijfsarts|niet komen)|\bklachten\b[^.]{0,60}\b(griep|koorts|hoesten|huisarts|bedrijfsarts|fysio\w*|arts|ziek(gemeld|te)?|herstel|beter(schap)?)|\b(griep|koorts|huisarts|bedrijfsarts|ziekgemeld|ziekmelden)\b[^.]{0,80}\bklachten\b|klachten(vrij)\b`),
	clueOf("het gaat over de klachtenprocedure zelf", `\bklachten?(procedure|regeling|beleid|reglement|register|afhandeling|management|commissie|functionaris|formulier|rapportage|overzicht|analyse|coördinator|behandelaar|behandeling|loket)\b|\bcomplaints? (procedure|policy|handling)\b`),
	clueOf("het gaat over leren omgaan met klachten", `\bklachten?(brief|brieven|mail|gesprek(ken)?)\b[^.]{0,60}\b(schrijven|oefen\w*|les|opdracht|leerlingen|training|module|voorbeeld\w*)|\b(les|lessenserie|opdracht|training|cursus|workshop|module|hoofdstuk|onderzoek|scriptie|interview|afstud\w+|project|thema|werkstuk|rollenspel)\b[^.]{0,40}\b(over|rond|omgaan met|met als onderwerp|in) (\w+ ){0,2}klacht(en)?(afhandeling|brief|brieven|gesprek\w*|behandeling)?\b|\bomgaan met klachten\b`),
	clueOf("het is een vaste tekst van een leverancier", `\b(heeft u|hebt u|bij|mocht u|voor|eventuele|indien u) (een )?(vragen of |vragen, opmerkingen of )?klacht(en)?\b[^.]{0,80}\b(bel|mail|neem|contact|kunt u|verwijzen|melden|klantenservice|laat het)|klachten?\b[^.]{0,40}\bbinnen (\d+|acht|veertien|zeven) (dagen|werkdagen)\b`),
}

// performs are the words with which somebody lodges a complaint himself.
var performs = clueOf("het dient met zoveel woorden een klacht in", `\b(hierbij|bij deze|middels deze( mail| brief)?|via deze weg)\b[^.?!\n]{0,30}\b(dien|dienen|doe|doen|maak|leg|wil|willen|wens|stuur)\b[^.?!\n]{0,60}\b(klacht|ongenoegen|onvrede)\b|\b(ik|wij|we) (dien(en)?|leg(gen)?) (hierbij |hiermee |dan ook |formeel )*(namens .{3,40} )?een (\w+ )?klacht\b|\b(ik|wij|we) (wil(len)?|wens(en)?) (hierbij |graag |dan ook |officieel |formeel |hierover )*(een|mijn|onze) (\w+ )?klacht\b[^.?!\n]{0,80}\b(indienen|in te dienen|melden|doen|neerleggen|uiten)|\b(beschouw|behandel|registreer|zie)\b[^.?!\n]{0,30}\b(deze|dit)\b[^.?!\n]{0,30}\bals (een )?(\w+ )?klacht|\b(deze|dit)( mail| bericht| brief)? (graag )?als (een )?(\w+ )?klacht (te )?(behandelen|registreren|beschouwen|op te vatten)|\bik heb een klacht\b|\b(i|we) (hereby |would like to |want to |wish to )+(file|make|lodge|submit|register|raise) (a|this|my|our)( formal| official)? complaint|\bplease (treat|consider|register) this( mail| e-?mail)? as (a|my|our)( formal)? complaint|\bthis is a formal complaint`)

// displeased are the words with which somebody says of himself that he is not content.
var displeased = clueOf("de schrijver zegt dat hij ontevreden is", `\b((ik|wij|we) (ben|zijn|was|waren|voel(en)? (me|mij|ons)) |(ben|zijn) (ik|wij|we) )((hier|hierover|daar|daarover|er|dan|ook|echt|heel|zeer|erg|bijzonder|nogal|behoorlijk|toch|ronduit|zwaar|enorm|diep|uiterst|best|wel|hoogst|zó|zo|allebei|allen|over \p{L}+ \p{L}+) )*(ontevreden|teleurgesteld|boos|woedend|kwaad|pissig|ontstemd|verbolgen|verontwaardigd|misnoegd|niet (erg |echt |zo |bepaald |heel |helemaal )?(tevreden|blij|te spreken))\b|\b(ik|wij|we) (wil|willen|moet|moeten|kom|komen) (\p{L}+ ){0,3}(klagen|beklagen|mijn beklag doen|ons beklag doen)\b|\b(i am|i'm|we are|we're) (\p{L}+ ){0,2}(unhappy|dissatisfied|disappointed|not (happy|satisfied|pleased))\b`)

var clues = []clue{
	performs,
	clueOf("het zegt een klacht in te dienen", `\b(dien(en|de|t)?|doe|doen|wil|willen|wens|wensen|leg|maak)\b[^.\n]{0,70}\bklacht\b[^.\n]{0,40}\b(in|indienen|in te dienen|neerleggen|melden|doen|deponeren|uiten)\b|\b(hierbij|bij deze|middels deze|via deze weg)\b[^.\n]{0,50}\b(klacht|ongenoegen|onvrede)\b|\bklacht\b[^.\n]{0,50}\b(indienen|in te dienen|ingediend|neerleggen|neer te leggen|deponeren|in behandeling)\b|\b(als|een) (formele |officiële |serieuze )?klacht\b[^.\n]{0,40}\b(behandel\w*|registre\w+|noteren|genoteerd|opnemen|opvatten|op te vatten|beschouw\w*|te zien|worden|wordt|zien|in te boeken)|\b(behandel|registreer|noteer|zie|beschouw)\b[^.\n]{0,40}\bals (een )?(formele |officiële )?klacht|\b(file|make|lodge|submit|register|raise)\b[^.\n]{0,40}\bcomplaint\b|\b(formal|official) complaint\b|\bik (ga|wil) (hier(over)? )?(een klacht|klagen)\b|\bik heb (\w+ ){0,4}een klacht\b|\bwij hebben (\w+ ){0,3}een klacht\b`),
	clueOf("het noemt een klacht", `\b(deze|mijn|onze|zijn|haar|hun|serieuze|formele|officiële|telefonische|een|volgende) klacht\b|\bklacht(en)? (over|betreffende|inzake|tegen|m\.?b\.?t\.?|aangaande|van)\b|\bcomplaint (about|regarding|concerning)|\bmy complaint\b`),
	clueOf("het noemt klachten", `\bklacht(en)?\b|\bcomplain(t|ts|ing)?\b`),
	displeased,
	clueOf("het spreekt van ontevredenheid", `\b(ontevreden\w*|niet (echt |erg |helemaal |zo |bepaald |heel )?(tevreden|blij|te spreken|gelukkig met)|teleurgesteld|teleurstell\w+|ongenoegen|onvrede|misnoegd|(viel|valt|vielen|vallen)\b.{0,30}\btegen|tegenvallend\w*|not (at all )?(happy|satisfied)|dissatisf\w+|unhappy|disappoint\w+|baal(de)?|balen|tabak|spuugzat|meer dan zat|er klaar mee|genoeg van|zat van|kotsbeu|beu)\b`),
	clueOf("het keurt iets scherp af", `\b(onacceptabel|onaanvaardbaar|niet acceptabel|niet (te accepteren|aanvaardbaar)|schandalig|schande|belachelijk|waardeloos|waardeloze|ongehoord|onbeschoft|bedroevend|beneden (alle )?peil|onder (de|elke) maat|ondermaats|wanprestatie|puinhoop|bende|rommeltje|chaos|chaotisch|aanfluiting|knudde|prutswerk|broddelwerk|flutcursus|droevig|treurig|schofterig|respectloos|onprofessioneel|onzorgvuldig|nalatig|laks|oplicht\w+|misleid\w*|tijdverspilling|weggegooid geld|zonde van (het|mijn|ons|onze) (geld|tijd)|niet serieus genomen|voor schut|te gek voor woorden|van de zotte|slaat nergens op|nergens op|niet normaal|kan (toch |echt )?niet|niet netjes|absurd|unacceptable|ridiculous|disgrace\w*|appalling|terrible|awful|rude|unprofessional|outrageous|waste of (time|money)|not acceptable|poor quality)\b`),
	clueOf("het noemt iets slechts", `\b(slecht(e|er|ste)?|kwalijk|jammerlijk|ergerlijk|geërgerd|erger(en)? (ik|mij|me|wij|ons)|verbaas\w*|verbijster\w*|boos|woedend|kwaad|gefrustreerd|frustr\w+|pissig|verontwaardigd|geschokt|gekwetst|vernederd|vernederend|niet professioneel|rommelig|onduidelijk|incompleet|onvolledig|angry|furious|frustrat\w+|upset|bad|poor(ly)?|worst)\b`),
	clueOf("er is iemand niet gekomen", `\b(niet (komen )?op(ge)?dagen|niet verschenen|verscheen niet|kwam (er )?niet|niet gekomen|niemand (kwam|was er|aanwezig|verscheen|komt|kwam opdagen)|is er (gewoon )?niet|was er (gewoon |helemaal |wéér |weer )?(niemand|niet)|dichte deur|voor niets gekomen|voor niks gekomen|weer niemand|geen (trainer|docent|instructeur|vervanger)|did ?n[o']t (show|turn) up|never showed|no[- ]show)\b`),
	clueOf("er komt geen antwoord", `\b(geen (enkele |inhoudelijke |fatsoenlijke )?(reactie|antwoord|gehoor|bericht|terugkoppeling|uitleg|excuus|excuses|respons)|niet (op )?(gereageerd|beantwoord|geantwoord|teruggebeld|teruggemaild)|nooit (meer )?(iets |wat )?(gehoord|teruggebeld|antwoord|reactie)|niets (meer )?(gehoord|vernomen)|niks (meer )?(gehoord|vernomen)|reageert niemand|niemand (reageert|neemt op|belt|weet)|blijft (het )?stil|no (reply|response|answer)|never (heard|replied|responded)|nobody (answers|replied|responded))\b`),
	clueOf("iets is nog steeds niet in orde", `\b(nog (steeds|altijd|immer) (geen|niet|niks|niets)|tot op heden|tot nu toe (geen|niet|niks)|(derde|vierde|vijfde|zesde|zoveelste|tweede|2e|3e|4e|5e) (keer|maal|poging)|al (drie|twee|vier|vijf|zes|zeven|acht|tien|\d+) (keer|weken|maanden|dagen|maal)|(drie|vier|vijf|driemaal|tweemaal|meerdere|herhaaldelijk|talloze)( keer| malen| mails)? (gebeld|gemaild|gevraagd|gemeld|aangegeven|verzocht)|herhaaldelijk|keer op keer|steeds weer|weer (niet|mis|hetzelfde|fout|eens)|opnieuw (niet|mis|fout|verkeerd)|still (not|no|haven't|waiting|hasn't)|(third|second|fourth) time|(several|multiple|three|two) times|again and again)\b`),
	clueOf("iets is niet gegaan zoals het hoort", `\b(traag|mopper\w*|werk(t|en|te|ten) (nog |nu |weer |gewoon |al |helemaal |steeds )*niet|doe(t|n) (het |de |nog |nu )*niet|deed het niet|kapot|defect|storing|uitgevallen|valt (telkens |steeds )?uit|liep vast|afgebroken|verkeerd(e)?|onjuist(e)?|fout(e|ief|ieve|en)?|niet (juist|correct|goed)|klopt (er )?niet|klopt niets|kloppen niet|verouderd(e)?|te laat|vertraging|dubbel (gefactureerd|betaald|afgeschreven|in rekening)|ten onrechte|onterecht|geannuleerd|afgezegd|vervallen|verzet zonder|op het laatste moment|ontbr(eken|eekt|ak|aken)|niet (geleverd|ontvangen|gekregen|gegeven|behandeld|gemaakt|doorgegaan|nagekomen|ingepland|aanwezig|geregeld|voorbereid|betaald|uitbetaald|teruggestort|bruikbaar|leesbaar|geopend|toegankelijk|geactiveerd|verwerkt|aangekomen|geschikt|bevoegd|gekeurd)|kwijt(geraakt)?|zoek(geraakt)|datalek|privacy|wrong|broken|does ?n[o']t work|not working|failed|cancelled|late|missing|incorrect|outdated|error)\b`),
	clueOf("het beschrijft onbehoorlijk gedrag", `\b(discrimin\w+|racis\w+|seksis\w+|seksueel|intimid\w+|grensoverschrijdend|ongepast\w*|schreeuw\w*|uitgescholden|schold|schelden|uitgelachen|belachelijk gemaakt|beledig\w+|kleinerend\w*|denigrerend\w*|grof|grove|bot|lomp|onbeleefd|arrogant|agressief|gepest|vernederd|racist|sexist|insult\w*|harass\w*|shout\w*)\b`),
	clueOf("het beroept zich op een afspraak", `\b(beloofd|beloften?|toegezegd|toezegging\w*|zoals afgesproken|was afgesproken|afgesproken was|hadden afgesproken|niet conform|in strijd met|anders dan (beloofd|afgesproken|aangekondigd)|niet (waar|wat) (wij|we|ik|je) (voor )?(hebben |heb |had |hadden )?(betaal\w*|besteld|ingekocht|afgesproken|verwacht\w*|geboekt|gekocht)|wat (we|wij|ik) (hadden|had) (verwacht|mogen verwachten|besteld)|verwachtingen?|promised|agreed in writing|as agreed|not what (we|i))\b`),
	clueOf("het vraagt iets terug of stelt een eis", `\b(geld terug|terugbeta\w+|terug te betalen|terugstort\w*|restitutie|creditnota|crediteren|gecrediteerd|schadevergoeding|schade|compensatie|compenseren|gecompenseerd|vergoeding|vergoeden|schadeloos\w*|(ik|wij|we) eis(en)?|eis dat|in gebreke|ingebrekestelling|aansprakelijk|juridisch\w*|advocaat|rechtsbijstand|consumentenbond|ombudsman|inspectie|geschillencommissie|excuses (aan|van)|een excuus|opheldering|verklaring|korting als|niet (gaan )?betalen|betaal(t)? (ik|wij|we) niet|weiger te betalen|kosteloos|herstel\w* op uw kosten|refund|compensation|money back|reimburse\w*|legal action|liable)\b`),
	clueOf("het vertelt van de gevolgen", `\b(hierdoor|daardoor|waardoor|gevolg (is|daarvan|hiervan)|tot gevolg|voor niets|voor niks|tevergeefs|stilgelegd|ingehuurd|inhuren|moeten (nu )?(alsnog|opnieuw|zelf|extra)|zelf (moeten )?(betalen|voorschieten|oplossen|regelen)|niet (op|naar) examen|gezakt|zakten|herexamen|studievertraging|kan ik niet (meer )?|mogen (ze|zij|wij) niet|niemand geslaagd|overuren|dag verlet|vrije dag|(veel|hoop|bak) geld)\b`),
	clueOf("het is boos of bitter van toon", `!!+|\?!|\b(nou lekker|lekker dan|mooi is dat|fijn hoor|leuk hoor|knap hoor|bravo|hulde|dank je de koekoek|gefeliciteerd hoor|topdag|wat een (topdag|feest|cadeau\w*|belevenis|vertoning|grap|mop|ellende|gedoe)|een lachertje|mijn complimenten|zelden zo|chapeau|geweldig hoor)\b`),
	clueOf("het vraagt er werk van te maken", `\b(nooit meer|laatste keer|stappen over|andere (aanbieder|opleider|partij)|zeggen (wij|we|ik) .{0,20}op|dit (moet|mag|kan) (echt |zo )?(anders|niet|beter)|neem(t)? (dit|mij) serieus|hoor (ik )?(graag )?(van u|wat (jullie|u)|hoe (u|jullie))|bel me terug|iets aan (te )?doen|er iets aan doet|wat gaan jullie (hier|er)aan doen|wat (gaat u|ga je|doet u) (hier|er)aan|maatregelen|hoe kan dit|hoe kan het dat|how is this possible|what (are|will) you)\b`),
	clueOf("het wil weten hoe dit kan", `\b(hoe kan (dat|dit|het)|waarom (wordt|is|zijn|moet(en)?|krijg(en)?|heeft|hebben|kan|kon|werd(en)?)|wie (betaalt|gaat dat betalen|draait)|wat gaat u|leg (mij|me) (dat |dit |eens )?uit|uitleg\b|(een|graag|uw) (verklaring|verbeterplan)|vraag(t)? ik me(zelf)? af|kan iemand (mij|me|ons) uitleggen|explain|why (is|was|did|do|does|are))\b`),
	clueOf("het haakt af of geeft het op", `\b(laat maar|mooi geweest|(stop|ga|gaan|stoppen) (er)?mee|opgezegd|opzegg\w*|zeg(gen)? (ik |wij )?(mijn|het|de|ons) \w+ op|ergens anders|(zoek|zoeken) (iets|een) anders|geen vertrouwen|vertrouwen (kwijt|weg|verloren|geschonden)|afgehaakt|haakten? af|weggelopen|naar huis gestuurd|naar huis gegaan|voor gezien|niet meer terug|kom(t|en)? niet (meer )?terug|cancel (my|our))\b`),
	clueOf("er is tijd of moeite verloren", `\b(staan wachten|zitten wachten|gewacht|wachten (nu |al )?(al|sinds|op)|uur (te laat|later|gewacht|voor niets|gereden)|halve (dag|middag|ochtend)|hele (dag|ochtend|middag)|omgereden|voor (niets|niks|jan)|gesloten deur|stil(gestaan|staat|gelegd)|dag (kwijt|verloren|vrij genomen)|verlof (opgenomen|genomen)|opnieuw (beginnen|doen|invullen|maken)|waited|waiting|wasted)\b`),
	clueOf("het raakt de schrijver", `\b(huilen|huilend|in tranen|durf(t|de|den)? (er )?niet|slaa?p(t|en)? (er )?slecht|schaam\w*|schaamt|voel(de|t|en)? (ik |wij |hij |zij |ze )?(me|mij|zich|ons) |voor gek|voor (aap|schut)|pijnlijk|gênant|genant|bang|onveilig|niet veilig|gekwetst|machteloos|moedeloos|stress(vol)?|er ziek van|embarrass\w*|humiliat\w*|ashamed|unsafe)\b`),
	clueOf("het spreekt van tekortschieten", `\b(tekortkoming\w*|tekort(schiet|schoot|geschoten)\w*|kpi|malus|nakoming|nakomen|niet nagekomen|voldoet niet|voldeed niet|artikel \d+|overeengekomen|overeenkomst|contract(ueel)?|verzuim|ontbind\w*|sommeer|sommatie|dagvaard\w*|breach|agreement)\b`),
}

// decisions are what stands in a mail about a decision that has been taken, or about a complaint that is being handled.
var decisions = []clue{
	clueOf("het gaat over een beslissing die al is genomen", `\b(uw|jullie|het|de|deze|dit|die|je) (eind)?(oordeel|besluit|beslissing|uitspraak|uitkomst|afhandeling|afwijzing|conclusie|rapport|verslag|reactie op (mijn|onze))\b|\b(heeft|hebben|hebt) (u |jullie |de \w+ )?(op \d+ \w+ )?(beslist|besloten|geoordeeld|afgewezen)\b|\b(klacht|melding|zaak) (is|wordt|werd|was|hebben jullie|heeft u) (\w+ ){0,2}(afgewezen|ongegrond|afgesloten|gesloten|afgehandeld|van tafel)|\b(verklaart|verklaard|verklaarde|verklaren)\b.{0,80}gegrond|\byour (decision|ruling|outcome|judg|finding|answer|letter of|conclusion)|\bcase closed|\bthe (outcome|decision|assessor)\b`),
	clueOf("het haalt aan wat wij hebben geschreven", `\b(u|jullie|je) (schrijft|schrijven|schreef|stelt|stellen|noemt|noemen|zegt|zeggen|beweert|concludeert|vindt|betreurt|herken\w*|verwijst|baseert|verklaart)\b|\bin (uw|de|jullie|die) (brief|mail|reactie|uitspraak|beslissing|besluit) (staat|schrijft|stond|van|wordt)|\b(uw|jullie|de) (beoordelaar|onderzoeker|commissie|assessor)\b|\b(lees|las) ik (dat|nu)|\byou (say|said|write|state|claim)\b`),
	clueOf("het vraagt om een nieuwe beoordeling", `\b(heroverwe\w+|herzien\w*|herbeoorde\w+|herbeoordeling|(opnieuw|nog eens|nogmaals|een keer) (\w+ ){0,3}(bekeken|bekijken|bekijkt|beoordeeld|beoordelen|gekeken|kijkt|kijken|gewogen|voorleggen|voorgelegd)|iemand anders (\w+ ){0,4}(kijkt|bekijkt|naar kijken|beoordeelt)|(naar|aan|door|voor) de (geschillen)?commissie|geschillencommissie|in beroep|reconsider|looked at again|review (of|by)|second opinion|appeal)\b`),
	clueOf("het wijst de uitkomst af", `\b((kan|kunnen|wil|willen|zullen) (ik|wij|we|me|mij|ons) ((me|mij|ons|hier|daar|er) )*(niet|geen) (\w+ ){0,2}(in vinden|mee akkoord|mee eens|accepteren|onderschrijven|neerleggen|bij laten)|(niet|geen) (\w+ )?(mee )?(eens|akkoord) (met|zijn)?|ga(an)? (ik|wij|we) niet (mee )?akkoord|accepteer(t|en)? (ik|wij|we)? ?(dit|het|de|uw)? ?\w* ?niet|neem(t|en)? (ik|wij|we)? ?(hier|daar|er)? ?geen genoegen|slik(ken)? (ik|wij|we)? ?niet|leg(gen)? (ik|wij|we)? ?(me|mij|ons) .{0,20}niet bij neer|laat (ik|wij|we) .{0,12}niet bij|cannot accept|do not accept|don't accept|disagree)\b`),
	clueOf("het gaat over een klacht die al loopt", `\b(mijn|onze|de) (eerdere |ingediende |lopende )?(klacht|melding|zaak|dossier) (van|over|die|loopt|bij|inzake|met)\b|\bu (vroeg|vraagt|verzocht) (mij|ons|me|naar|om)|\b(zoals|op uw) (gevraagd|verzoek)|\bhierbij (mijn|onze|de|het) (antwoord|aanvulling|gevraagde|ontbrekende|bewijs)|\b(in )?antwoord op (uw|je|jullie) (vra|mail|verzoek|bericht|brief)|\b(ter|als) aanvulling|\baanvulling (op|bij)|\bbehandelaar\b|\bhoe staat het (er ?mee|met)|\bstand van zaken|\bnagekomen|\bnog (een )?(vergeten|toevoegen)|\bbij het dossier`),
}

var contrary = []clue{
	clueOf("het noemt een eigen fout of biedt excuses aan", `\b(mijn (eigen )?(schuld|fout|vergissing|stommiteit)|eigen (schuld|fout|vergissing)|foutje? (van|aan) (mij|mijn|ons|onze)( kant)?|mijnerzijds|onzerzijds|onze kant|(lag|ligt) aan (mij|ons)|aan ons te wijten|heb (me|mij) vergist|had (me|mij) vergist|per ongeluk|sorry( voor| dat|,| hoor)|excuus (voor|dat)|(mijn|onze) (oprechte |welgemeende )?excuses|verslapen|bied(en)? (ik |wij )?.{0,20}excuses aan|betreuren|apologi[sz]e|my (fault|mistake|apologies))\b`),
	clueOf("het zegt dat het is opgelost", `\b((is|zijn|was|waren|al|inmiddels|intussen|netjes|snel|keurig|weer) (\w+ )?(opgelost|verholpen|gevonden|teruggevonden|hersteld|gefixt|in orde|gelukt|rechtgezet)|werkt (nu |inmiddels )?(weer|prima|goed)|doet het (weer|nu)|bleek (in|te|bij|aan)|loopt weer|fixed|solved|works now)\b`),
	clueOf("het gaat over een ander dan ons", `\b(treinen?|ns|prorail|spoor|stak(ing|en)|mijn (baas|werkgever|ex)|onze leverancier|niet over (jullie|u)|geen (enkel )?verwijt|(kunnen|kan|kunt) (jullie|u|klik|je) (er )?(ook )?niets aan doen|niet (jullie|uw) schuld|lees(t|en)? (ik |wij )?.{0,20}in cc|ter info)\b`),
	clueOf("het is vol lof", `\b(topper(s)?|kanjers?|fenomeen|waanzinnig (goed\w*|leuk\w*)|compliment(je|en)?|wereld van verschil|prachtig\w*|trots|ontroer\w*|blije?|dankjewel|dank je wel|bedankbriefje|pluim|petje af|engelengeduld|taart|bos bloemen|complimenten (aan|voor)|fantastisch\w*|geweldig\w*|super\w*|uitstekend\w*|heerlijk\w*|genoten|enthousiast\w*|leerzaam|leerzame|inspirerend\w*|boeiend\w*|vlekkeloos|keurig\w*|dankbaar|erkentelijk|geslaagd|aanrader|met (veel )?plezier|groot succes|echt een|wonderful|brilliant|excellent|amazing)\b`),
	clueOf("het vraagt iets zonder verwijt", `\b(benieuwd|inlichtingen|wat (kost|zijn de)|wanneer (komt|start|begint|is|zijn)|hoe laat|mag ik|is er (nog )?een|zijn er|hebben (jullie|wij)|heeft u|geeft u|doen jullie|bestaat er|klopt het dat|welke (data|kosten|documenten|stappen))\b[^.?!]{0,140}\?`),
	clueOf("het deelt iets mee of stuurt iets toe", `\b(mededeling|tot nader order|met ingang van|hierbij (de|het|een|stuur|zend|ontvangt|meld)|bijgaand|bijgevoegd|in de bijlage|zie bijlage|notulen|verslag|presentielijst|overzicht|attached|please find)\b`),
	clueOf("het is een aanmelding of inschrijving", `\b(inschrij(ven|ving|f)\w*|aanmeld(en|ing)\w*|plaats (vrij|over|beschikbaar)|nog plek|deelnemerslijst|opgeven voor|sign up|enrol\w*|register for)\b`),
	clueOf("het vraagt om een offerte of informatie", `\b(offerte(s|aanvraag)?|prijsopgave|informatie (over|aanvragen)|brochure|wat (kost|zijn de kosten)|tarie(f|ven)|quote|quotation|meer informatie|graag (ontvang|weten|horen) (ik|wij|we)? ?(meer|welke|wanneer|of))\b`),
	clueOf("het is een factuur of bestelling", `\b(bijgaand (ontvangt|vindt|treft|de)|hierbij (ontvangt u|de factuur|onze factuur|mijn factuur|stuur ik (u )?(de |mijn )?(factuur|declaratie))|over te maken|betalingsherinnering|onder vermelding van|orderbevestiging|pakbon|declaratie)\b`),
	clueOf("het bedankt of prijst", `\b((heel |hartelijk |erg |super ?)?bedankt voor|dank (je|jullie|u)( wel)? voor|dank ?jullie wel|fantastisch\w*|geweldig(e)? (training|cursus|dag|trainer|docent)|(heel|zeer|erg|super|dik) (tevreden|goed|leuk|fijn|nuttig|leerzaam)|dik in orde|complimentje|een compliment|top (training|cursus|trainer)|enthousiast|prima (verlopen|geregeld|training)|genoten|thanks? (you )?for|great (course|training))\b`),
	clueOf("het is een vriendelijke tip", `\b(tip|tipje|suggestie|ideetje|klein(e|igheidje)? (puntje|opmerking|dingetje)|puntje|verder (alles|niets dan)|voor de volgende keer|misschien (handig|een idee)|niet erg|geen probleem|geen haast|voor de rest|ter info(rmatie)?)\b`),
	clueOf("het is een sollicitatie of een stageverzoek", `\b(sollicit\w+|vacature|curriculum|mijn cv|motivatiebrief|open sollicitatie|stageplek|stageplaats|stage lopen)\b`),
	clueOf("het vraagt om hulp of inlichtingen", `\b(kun(t u|nen jullie|nen we|t|nen wij)|kan ik|kan iemand|zou(den)? (u|jullie|je|iemand)|is het mogelijk|weten jullie|weet u|hoe (kan|moet|werkt)|vraagje|een vraag|mijn vraag|could you|can you|would it be possible|question)\b`),
	clueOf("het gaat over planning of deelnemers", `\b(afmeld(en|ing)|verzetten|omruilen|vervang(en|er)? (door|in)|agenda|vergadering|planning voor|rooster voor|beschikbaar(heid)?|data (voor|van)|verhinderd|reserver\w+|zaal|routebeschrijving|parkeren)\b`),
	clueOf("het zegt dat er niets aan de hand is", `\b(geen (haast|spoed|probleem|incident|aanleiding)|er is niets (mis|aan de hand)|ik ben (heel |erg |zeer )?tevreden|wij zijn (heel |erg |zeer )?tevreden|alles (was|is|ging|verliep) (prima|goed|in orde|top|naar wens)|naar (volle )?tevredenheid|niet als klacht|no problem)\b`),
}

// signs are what a mail shows besides its words: the clues of the tables above, in what the
// complainant wrote, and the circumstances. Each is a Dutch phrase, for the manager too.
func (r *Reader) signs(m *Message, v voice) (list []string) {
	text := bounded(v.text, mostWeighed)
	all := v.subject + "\n.\n" + text
	if v.cover != "" {
		all += "\n.\n" + bounded(withoutSignature(v.cover), 3000)
	}
	if shouting.MatchString(all) {
		list = append(list, "er staan woorden in hoofdletters")
	}
	all = strings.ToLower(all)
	for _, sign := range r.look.meant.shows(all, 1, nil) {
		list = append(list, sign)
		all = r.look.meant.without(all, sign)
	}
	told := sentencesOf(all)
	list = append(list, r.look.said.shows(all, mostShows, func(sign string, at int) {
		switch role := r.look.roles[sign]; {
		case role == blames:
			told.at(at).blames = true
		case role == softens:
			told.at(at).softens = true
		case role == aboutUs:
			told.at(at).aboutUs = true
		}
	})...)
	list = append(list, told.signs()...)
	return append(list, r.circumstances(m, v, all)...)
}

// mostWeighed is how much of a text is looked through for signs, in bytes: some thousand words.
const mostWeighed = 6 << 10

// mostShows bounds how often a clue is looked for.
const mostShows = 12

// about are the things and people of the organisation that a complaint can be about.
var about = clueOf("het noemt iets van ons", `\b(jullie|u|uw|klik|trainer|docent(e)?|instructeur|cursus|training|opleiding|les(sen|dag)?|examen|toets|certificaat|diploma|pasje|lokaal|helpdesk|planning|receptie|factuur|boek(en)?|reader|licentie(s)?|e-?learning|leeromgeving|examenbank|module|your|you|trainer|course)\b`)

// told is what one sentence does.
type told struct {
	blames, softens, aboutUs bool
}

// tale is a text by its sentences, and where they begin.
type tale struct {
	starts []int
	told   []told
}

// mostSentences bounds what is looked at sentence by sentence.
const mostSentences = 200

func sentencesOf(text string) *tale {
	t := &tale{starts: []int{0}}
	for _, at := range sentenceBreak.FindAllStringIndex(text, mostSentences) {
		t.starts = append(t.starts, at[1])
	}
	t.told = make([]told, len(t.starts))
	return t
}

var sentenceBreak = newPattern(`[.!?]+\s+|\n\s*\n|\n[-*•]`)

// at is the sentence in which a place stands.
func (t *tale) at(place int) *told {
	i, exact := slices.BinarySearch(t.starts, place)
	if !exact {
		i--
	}
	return &t.told[i]
}

// signs say in how many sentences something is blamed, and on us, and how that compares with the rest.
func (t *tale) signs() (list []string) {
	blaming, onUs, softening := 0, 0, 0
	for _, s := range t.told {
		switch {
		case s.blames && !s.softens:
			blaming++
			if s.aboutUs {
				onUs++
			}
		case s.softens && !s.blames:
			softening++
		}
	}
	list = append(list, graded("er gaat iets mis", min(blaming, 5))...)
	list = append(list, graded("er gaat bij ons iets mis", min(onUs, 4))...)
	list = append(list, graded("er is niets mis", min(softening, 4))...)
	switch share := 4 * blaming / len(t.told); {
	case blaming == 0:
		list = append(list, "er gaat niets mis")
	case share >= 2:
		list = append(list, "het gaat vooral over wat er mis is")
	case share == 1:
		list = append(list, "het gaat voor een deel over wat er mis is")
	}
	return list
}

// degree marks the sign of something that shows more than once: each time says a little more.
const degree = " +"

// graded are the signs of something that shows n times.
func graded(says string, n int) (list []string) {
	for i := range n {
		list = append(list, says+strings.Repeat(degree, i))
	}
	return list
}

// plain takes the degree off a sign.
func plain(sign string) string { return strings.TrimRight(sign, degree) }

// shouting is a word of dismay in capitals.
var shouting = newPattern(`\b(NIET|NIEMAND|NOOIT|WEER|GEEN|ALWEER|NIKS|SCHANDALIG|KLACHT|STOP|GRAAG|DIRECT)\b`)
