package intake

import (
	"slices"
	"strings"
	"testing"
)

func TestKnownNamesAreSortedPlainAndFound(t *testing.T) {
	for what, list := range map[string][]string{"first names": firstNames, "places": townNames} {
		if len(list) < 1000 {
			t.Errorf("%s: only %d", what, len(list))
		}
		for i, name := range list {
			if name != plainly(name) || name != strings.TrimSpace(name) {
				t.Errorf("%s: %q is not in its plain form", what, name)
			}
			if i > 0 && list[i-1] >= name {
				t.Errorf("%s: %q stands behind %q", what, name, list[i-1])
			}
		}
	}
	for _, name := range []string{"Piet", "JAN", "Zoë", "Şükrü", "Marie-Louise", "Anne-fleur"} {
		if !isFirstName(name) {
			t.Errorf("%q is no first name", name)
		}
	}
	for _, word := range []string{"", "-", "Geachte", "Klik", "B.V.", strings.Repeat("a", 100)} {
		if isFirstName(word) {
			t.Errorf("%q is a first name", word)
		}
	}
}

func TestAPlaceAtTheEndOfAName(t *testing.T) {
	for name, want := range map[string]int{
		"Bakkerij Sjaardema Bolsward":  1,
		"Van Leer Alphen aan den Rijn": 4,
		"Zorgcentrum 's-Gravenhage":    1,
		"Zorgcentrum ’s-Gravenhage":    1,
		"Dordrecht":                    0, // all of it: then the place is the name
		"Bakkerij Sjaardema":           0,
		"":                             0,
		strings.Repeat("Alphen aan den Rijn ", 9): 4,
	} {
		if got := placeAtEnd(strings.Fields(name)); got != want {
			t.Errorf("%q ends with a place of %d words, not %d", name, got, want)
		}
	}
	if !slices.Contains(townNames, "alphen aan den rijn") {
		t.Error("a place of several words has a line of its own")
	}
}
