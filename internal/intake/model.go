package intake

import (
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
)

// modelText is the trained model: one feature and its weight a line, the bias first. It is made from
// the labelled texts of testdata by TestTrain with -train.
//
//go:embed model.tsv
var modelText string

// model weighs words. What it adds to the clues is learned from labelled mail; every weight can be read in model.tsv.
type model struct {
	bias    float64
	clues   float64 // what the weight of the clues is multiplied with
	weights map[string]float64
}

func loadModel() model {
	m := model{clues: 1, weights: map[string]float64{}}
	for line := range strings.Lines(modelText) {
		feature, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		weight, err := strconv.ParseFloat(text, 64)
		switch {
		case !ok || err != nil:
		case feature == biasFeature:
			m.bias = weight
		case feature == cluesFeature:
			m.clues = weight
		default:
			m.weights[feature] = weight
		}
	}
	return m
}

// Two lines of model.tsv are no words.
const (
	biasFeature  = "(bias)"
	cluesFeature = "(clues)"
)

// mostWords bounds what the model reads of a text: what matters stands at its beginning.
const mostWords = 400

// features are the words of a text and their pairs, each once, without accents and with figures as "0".
func features(subject, text string) []string {
	var all []string
	seen := map[string]bool{}
	add := func(feature string) {
		if !seen[feature] {
			seen[feature] = true
			all = append(all, feature)
		}
	}
	for _, place := range []struct{ prefix, text string }{{"", text}, {"s:", subject}} {
		last := ""
		for i, word := range productWords(bounded(place.text, mostLong)) {
			if i >= mostWords {
				break
			}
			if word = generalised(word); word == "" {
				last = ""
				continue
			}
			add(place.prefix + word)
			if last != "" {
				add(place.prefix + last + " " + word)
			}
			last = word
		}
	}
	return all
}

func generalised(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return r >= '0' && r <= '9' }) {
		return "0"
	}
	if len(word) > 24 {
		return ""
	}
	return word
}

// cluePrefix stands before the features that are clues: the model corrects their weights too.
const cluePrefix = "clue: "

// score is what the words of a text, and the clues in it, add to the weight of evidence; and the words that say most.
func (m model) score(subject, text string, clues []string) (weight float64, telling []string) {
	weight = m.bias
	for _, clue := range clues {
		weight += m.weights[cluePrefix+clue]
	}
	type told struct {
		word   string
		weight float64
	}
	var most []told
	found := features(subject, text)
	for _, feature := range found {
		if w := m.weights[feature]; w != 0 {
			weight += w / normaliser(len(found))
			most = append(most, told{strings.TrimPrefix(feature, "s:"), w})
		}
	}
	slices.SortStableFunc(most, func(a, b told) int { return int(math.Copysign(1, b.weight-a.weight)) })
	for _, t := range most {
		if t.weight < .2 || len(telling) == 3 {
			break
		}
		telling = append(telling, t.word)
	}
	return weight, telling
}

// normaliser keeps a long text from weighing more than a short one by its length alone.
func normaliser(features int) float64 { return math.Sqrt(math.Max(float64(features), 40)) / 8 }
