package intake

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

var (
	phoneCandidate = newPattern(`(?:\+|00|\(?0)[\d(](?:[\d\s().\-–]|/\d){6,22}\d`)
	serviceNumber  = regexp.MustCompile(`^\+31(800|90[069]|14)`) // nobody is reached there by name
	startsAsDate   = regexp.MustCompile(`^[0-3]?\d[-/.](0?[1-9]|1[0-2])[-/.](19|20)\d\d\b`)
	faxBefore      = regexp.MustCompile(`(?i)\b(fax|f|telefax)\W{0,3}$`)
	otherBefore    = regexp.MustCompile(`(?i)(kvk|k\.v\.k|iban|btw|vat|bsn|order|factuur|klant|debiteur|dossier|ticket|rekening|artikel|bestel|polis|kenmerk|nummer van|offerte)[\w\s.:#-]{0,14}$`)
	sharedBefore   = regexp.MustCompile(`(?i)\b(centrale|algemeen|receptie|secretariaat|sec|nood( 24/7)?|storing|storingen|teksttelefoon|balie|alarm)\b\W{0,4}$`) // reaches no person in particular
	accountBefore  = regexp.MustCompile(`\b[A-Z]{2}\d\d ?[A-Z]{4} ?$`)
	outdatedBehind = regexp.MustCompile(`(?i)^\W{0,2}(is |was )?(vervallen|oude? nummer|bestaat niet meer|niet meer in gebruik)\b`)
	belgianMobile  = regexp.MustCompile(`(?i)\bgsm\W{0,4}$`) // in the Netherlands 04 is a town, and a mobile number 06
	mobileBefore   = regexp.MustCompile(`(?i)\b(mobiel|mob\.?|gsm|m|06|mobile|cell|direct|d|rechtstreeks|doorkies\w*)\W{0,4}$`)
)

// bestPhone finds the number at which somebody is best reached: a direct or mobile number before a
// switchboard; never a fax, and none of our own. It is E.164, or "".
func (f *fieldReader) bestPhone(text, country string) string {
	type found struct {
		number string
		rank   int
	}
	var best found
	text = bounded(text, mostLong)
	for i, at := range phoneCandidate.FindAllStringIndex(text, 50) {
		before := text[max(0, at[0]-24):at[0]]
		if partOfNumber(text, at) || startsAsDate.MatchString(text[at[0]:at[1]]) || faxBefore.MatchString(before) || otherBefore.MatchString(lastLine(before)) ||
			accountBefore.MatchString(before) || outdatedBehind.MatchString(text[at[1]:]) {
			continue
		}
		of := country
		if strings.HasPrefix(text[at[0]:], "04") && belgianMobile.MatchString(before) {
			of = "BE"
		}
		number := phoneNumber(text[at[0]:at[1]], of)
		if number == "" && strings.Contains(text[at[0]+8:at[1]], "(") { // "+31 6 5551 2299 (1:07)"
			number = phoneNumber(text[at[0]:at[0]+8+strings.IndexByte(text[at[0]+8:at[1]], '(')], of)
		}
		if number == "" || serviceNumber.MatchString(number) || slices.Contains(f.profile.OwnPhones, number) {
			continue
		}
		rank := 100 - i
		if mobileBefore.MatchString(before) || strings.HasPrefix(number, "+316") {
			rank += 200
		} else if sharedBefore.MatchString(before) {
			rank -= 60
		}
		if rank > best.rank {
			best = found{number, rank}
		}
	}
	return best.number
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

// partOfNumber reports that digits or letters go on before or behind a candidate, as in an IBAN.
func partOfNumber(text string, at []int) bool {
	if at[0] > 0 {
		if c := text[at[0]-1]; c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == ',' || c == '-' {
			return true
		}
	}
	return at[1] < len(text) && text[at[1]] >= '0' && text[at[1]] <= '9'
}

// phoneNumber is a number in E.164 when it is valid, in the country that the mail comes from or in
// the Netherlands.
func phoneNumber(s, country string) string {
	s = strings.NewReplacer("–", "-", "(0)", "", "\n", " ").Replace(s)
	for _, region := range []string{country, "NL"} {
		number, err := phonenumbers.Parse(s, region)
		if err == nil && phonenumbers.IsValidNumber(number) {
			return phonenumbers.Format(number, phonenumbers.E164)
		}
	}
	return ""
}

// Phone reads one telephone number, Dutch unless it says otherwise; E.164, or "" when it is none.
func Phone(s string) string { return phoneNumber(s, "NL") }

// countryOf guesses the country of a mail by its domain.
func countryOf(addresses string) string {
	for suffix, country := range map[string]string{".be": "BE", ".de": "DE", ".fr": "FR", ".uk": "GB", ".lu": "LU"} {
		for _, address := range strings.Fields(addresses) {
			if strings.HasSuffix(strings.ToLower(address), suffix) {
				return country
			}
		}
	}
	return "NL"
}
