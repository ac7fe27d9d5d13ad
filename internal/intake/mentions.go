package intake

import (
	"regexp"
	"slices"
	"strings"
)

// mostRuns bounds the names that are weighed in a text.
const mostRuns = 60

// run is a run of words with capitals in a text, which may be the name of a firm.
type run struct {
	start, end    int // where it stands in the text
	name          string
	before, after string   // before is at most leadUp bytes
	lead          []string // the words before it, in small letters
	begins        bool     // a sentence
}

// leadUp is how much before a name is read for what it says of it, in bytes.
const leadUp = 60

// runs finds them, each with the legal form behind it.
func runs(text string) (list []run) {
	for _, at := range capitals.FindAllStringIndex(text, mostRuns) {
		end := at[1]
		for _, legal := range legalForm.FindAllStringIndex(text[at[0]:min(len(text), at[1]+6)], 3) {
			end = max(end, at[0]+legal[1])
		}
		if postcode.MatchString(text[max(0, at[0]-5):min(len(text), at[0]+3)]) {
			continue
		}
		before := strings.ToValidUTF8(text[max(0, at[0]-leadUp):at[0]], "")
		list = append(list, run{
			start: at[0], end: end, name: strings.TrimRight(text[at[0]:end], " ,;"), before: before, after: text[end:],
			lead: strings.Fields(strings.ToLower(before)), begins: beginsSentence.MatchString(before),
		})
	}
	return list
}

// around is what stands round a run, and speaks for or against its being the firm.
func (o organisationFinder) around(text string, r run, where string, forOthers bool) []string {
	clues := []string{where}
	add := func(is bool, clue string) {
		if is {
			clues = append(clues, clue)
		}
	}
	add(o.v.passedOn, where+" passed on")
	if name := o.nameValue(); name != "" {
		add(strings.Contains(text[max(0, r.start-len(name)-40):min(len(text), r.end+len(name)+10)], name), "near the name")
	}
	add(r.begins, "begins a sentence")
	for n, word := range r.lead[max(0, len(r.lead)-3):] {
		last := n == len(r.lead)-1 || n == 2
		add(leads[word] && last, "behind '"+word+"'")
		add(leads[word] && !last, "soon behind '"+word+"'")
	}
	clues = append(clues, belongsTo(r.before)...)
	add(o.v.passedOn && isOfIt.MatchString(r.before), "he is of it")
	add(forOthers && isRepresented.MatchString(r.before), "is represented")
	add(strings.HasPrefix(r.after, " (") || strings.HasPrefix(r.after, ","), "before a remark")
	return clues
}

// inText adds the runs of words with capitals of a text, with what stands round each, and what is left of them without a
// person, an article or a connective.
func (o organisationFinder) inText(text, source, where string) {
	text = unwrapped(bounded(text, mostWeighed))
	forOthers := represents.MatchString(text)
	for _, r := range runs(text) {
		name, clues := r.name, o.around(text, r, where, forOthers)
		if single := !strings.Contains(name, " "); single && r.begins && !workplaces.MatchString(name) && !o.namesDomain(name) {
			continue
		}
		o.add(trimConnectives(name), source, clues...)
		if n := len(r.lead); n > 0 && !r.begins && (workplaces.MatchString(r.lead[n-1]) || orgWord.MatchString(r.lead[n-1])) {
			of := append(slices.Clip(clues), "with the workplace before it")
			o.add(r.lead[n-1]+" "+name, source, append(of, belongsTo(withoutLastWord(r.before))...)...)
		}
		if next := smallWord.FindString(r.after); next != "" && (workplaces.MatchString(next) || orgWord.MatchString(next)) {
			o.add(name+next, source, append(slices.Clip(clues), "with the workplace behind it")...)
		}
		for rest := name; ; {
			person, after, ok := strings.Cut(rest, " van ")
			if !ok {
				break
			}
			rest = withoutArticle(after)
			clue := "behind 'van' in a name"
			if fullName(person) || person == o.nameValue() {
				clue = "behind a person"
			}
			o.add(trimConnectives(rest), source, append(slices.Clip(clues), clue)...)
		}
		if rest, ok := strings.CutPrefix(name, "Firma "); ok {
			o.add(rest, source, append(slices.Clip(clues), "behind 'firma'")...)
		}
		if r.begins {
			if _, rest, ok := strings.Cut(name, " "); ok {
				o.add(trimConnectives(withoutArticle(rest)), source, append(slices.Clip(clues), "without the first word")...)
			}
		}
		if before, _, ok := strings.Cut(name, " en "); ok {
			o.add(before, source, append(slices.Clip(clues), "before 'en'")...)
		}
	}
	o.inSmallText(text, source, where)
}

// inSmallText adds the firms in a text whose writer gives them no capitals: "bij tuincentrum de biezen".
func (o organisationFinder) inSmallText(text, source, where string) {
	for _, at := range smallFirm.FindAllStringSubmatchIndex(text, mostRuns) {
		name := text[at[2]:at[3]]
		if workplace := firstWord(name); !workplaces.MatchString(workplace) && !orgWord.MatchString(workplace) {
			continue
		}
		before := strings.ToValidUTF8(text[max(0, at[2]-60):at[2]], "")
		clues := append([]string{where, "in small letters"}, belongsTo(before)...)
		o.add(name, source, clues...)
	}
}

// smallFirm is a word for a workplace with a name behind it, both without capitals.
var smallFirm = regexp.MustCompile(`\b(?:bij|van|op|voor|aan|namens|via) (?:(?:de|het|een|mijn|me|onze|ons) )?(\p{Ll}{3,} (?:(?:de|het|'t|den|van|ter|ten|van de|in de|op de) )?\p{Ll}[\p{Ll}\d'-]{2,})`)

// postcode is the beginning of "8321 AA Urk" before the letters, with what comes behind them.
var postcode = regexp.MustCompile(`\d{4} ?[A-Z]{2}\W?$`)

// smallWord is the word that goes on behind a name.
var smallWord = regexp.MustCompile(`^ \p{Ll}{4,}`)

var (
	beginsSentence = regexp.MustCompile(`(^|[.!?:"“]\s+|\n\s*|[-*•]\s+)$`)
	represented    = `(?i)\b(namens|optreed voor|treed op voor|gemachtigde van|raads(man|vrouw) van|boekhouder van|belangen van|wendde zich( tot \w+)?|(cli[eë]nte?|(ons|mijn) lid|(onze )?verzekerde)[,:]?|inzake|sta ik|behalf of)( (mijn|onze|de|het|cli[eë]nte?,?|opdrachtgever|relatie|vennootschap|leden|lid|ouders|medewerkers)( van)?)*\s*`
	represents     = newPattern(represented)
	isRepresented  = regexp.MustCompile(represented + `$`)
	leads          = map[string]bool{"bij": true, "van": true, "namens": true, "voor": true, "op": true, "aan": true, "door": true, "met": true, "en": true, "in": true, "uit": true, "te": true, "naar": true, "onze": true, "ons": true, "mijn": true, "de": true, "het": true, "een": true, "uw": true, "jullie": true, "hier": true, "wij": true, "ik": true, "training": true, "cursus": true, "opleiding": true, "module": true, "trainer": true, "mevrouw": true, "meneer": true, "heer": true, "at": true, "from": true, "for": true, "the": true, "of": true, "locatie": true, "hal": true, "firma": true, "bedrijf": true}
)

// belongings are the ways in which somebody says of himself, or of others, that he belongs to what is named next.
var belongings = []struct {
	clue string
	*pattern
}{
	{"works there", newPattern(`(?i)\b(werk(t|te|en|zaam)?( ik| wij)?|in dienst|aan de slag|in de leer|stage|studeer|study|work(ing)?|zit( ik)?)( \p{L}+){0,3} (bij|voor|op|in|aan|van|at|for)( de| het| the)?\s*$`)},
	{"has a boss there", newPattern(`(?i)\b(baas|bazin|werkgever|chef|leidinggevende|school|opleiding|bedrijf|organisatie|werk|afdeling|team|collega'?s|jongens|mannen|mensen|medewerkers|\p{L}+school|ploeg|directie|bestuur|ondernemingsraad|medezeggenschapsraad|personeelsvereniging|employer)( hier)?,?( is| heet| bij| van| uit| op)?( de| het)?:?\s*$`)},
	{"we there", newPattern(`(?i)\b(wij|we|ons|hier|u spreekt met( \S+){1,4})( zijn| komen| hebben)? (van|bij|vanuit|op|in)( de| het| ons| onze)?\s*$`)},
	{"our", newPattern(`(?i)\b(ons|onze|mijn|my|our)( eigen| kleine)? (bedrijf|school|werkgever|organisatie|stichting|instelling|fabriek|vestiging|baas|vereniging|locatie|praktijk|zaak|company|employer)( is| heet)?,?( de| het)?\s*$|\b(onder de naam|handelend onder)( van)?\s*$`)},
	{"a function there", newPattern(`(?i)\b\p{L}*(leerling|student|docente?|leraar|lerares|stagiaire?|kok|chef|hoofd|leider|leidster|manager|coördinator|monteur|operator|medewerk(er|ster)|verpleegkundige|planner|eigenaar|eigenaresse|directeur|directrice|adviseur|secretaris|voorzitter|begeleid(er|ster)|assistente?|vrijwillig(er|ster)|bewaker|verzorgende|kapper|lasser|chauffeur|penningmeester|consulent|beheerder|meester|juf|engineer|nurse|teacher)( ig| bbl| \d)? (van|bij|op|aan|in|at|of)( de| het| the)?\s*$`)},
	{"a person there", newPattern(`(?:[Mm]w|[Mm]evr|[Mm]evrouw|[Dd]hr|[Hh]eer|[Mm]eneer|[Ee]ne|[Mm]et)\b\.?( \S+){1,4}(,| van| bij| uit| namens)( de| het)?\s*$`)},
	{"in the past", newPattern(`(?i)\b(vorige?|oude?|oud-\p{L}+|ex-\p{L}+|voormalige?|toenmalige?|destijds|toen nog|vroeger|tot (vorig|eind|begin|\d).{0,12}|in (19|20)\d\d)\b.{0,40}$`)},
	{"I am of it", newPattern(`(?i)\b(ik ben|i am|i'm) .{0,40}\b(van|bij|op|aan|from|at|with)( de| het| the)?\s*$`)},
}

// isOfIt is what somebody else says of the person of whom he writes.
var isOfIt = newPattern(`(?i)\b(hij|zij|ze|die|deze|\p{L}+[,)]) (is|werkt|zit) .{0,40}\b(van|bij|op|aan)( de| het)?\s*$`)

// belongsTo says in which of these ways a text leads up to a name.
func belongsTo(before string) (clues []string) {
	for _, b := range belongings {
		if b.MatchString(before) {
			clues = append(clues, b.clue)
		}
	}
	return clues
}

func withoutLastWord(s string) string {
	s = strings.TrimRight(s, " \n\t")
	return s[:strings.LastIndexAny(s, " \n\t")+1]
}
