package intake

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
)

// What is widely known of names: the first names that are common in the Netherlands and Belgium, of every descent, and
// the places there. A name a line, sorted, in lower case and without accents. They prove nothing: Lotte may be
// a firm and Bergen a person. They are clues for the rankings.
var (
	//go:embed firstnames.txt
	firstNamesText string
	//go:embed places.txt
	placesText string

	firstNames, townNames = strings.Fields(firstNamesText), strings.Split(strings.TrimSpace(placesText), "\n")
)

func plainly(s string) string { return strings.ToLower(unaccent(strings.ReplaceAll(s, "’", "'"))) }

func isFirstName(word string) bool {
	first, _, _ := strings.Cut(plainly(word), "-")
	_, known := slices.BinarySearch(firstNames, first)
	return known
}

func isPlace(name string) bool {
	name = plainly(name)
	_, known := slices.BinarySearch(townNames, name)
	return known || onWater.MatchString(name)
}

// onWater is a place that is called after what it lies on: "Katwijk aan Zee".
var onWater = regexp.MustCompile(`^\p{L}+ (aan|op|bij|a/d) ((den?|het) )?(zee|rijn|ijssel|maas|waal|lek|amstel|vecht|zoom)$`)

// mostPlaceWords is how many words the longest name of a place has that matters here: "Alphen aan den Rijn".
const mostPlaceWords = 4

// placeAtEnd counts the words of a place that a name ends with, and that are not all of it.
func placeAtEnd(words []string) int {
	for n := min(mostPlaceWords, len(words)-1); n > 0; n-- {
		if isPlace(strings.Join(words[len(words)-n:], " ")) {
			return n
		}
	}
	return 0
}
