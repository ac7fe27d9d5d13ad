package intake

import (
	"cmp"
	_ "embed"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// modelText is the trained model: a feature and its weight for each kind a line, the bias first. It is
// made from the labelled mails of testdata by TestTrain with -train.
//
//go:embed model.tsv
var modelText string

// modelled are the kinds that the model tells apart, in the order of the columns of model.tsv.
var modelled = [...]Kind{Complaint, Objection, Supplement, Ordinary, Bulk, Auto}

// weights are log odds for each modelled kind.
type weights [len(modelled)]float64

func (w *weights) add(more weights, times float64) {
	for k := range w {
		w[k] += more[k] * times
	}
}

// softmax turns log odds into probabilities.
func (w weights) softmax() (p weights) {
	most, sum := slices.Max(w[:]), 0.0
	for k := range w {
		p[k] = math.Exp(w[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// of is the weight of one kind.
func (w weights) of(kind Kind) float64 { return w[slices.Index(modelled[:], kind)] }

// model is multinomial logistic regression over what a mail shows: signs and words. Every weight can be read in model.tsv.
type model struct {
	bias    weights
	weights map[string]weights
}

func loadModel() model {
	m := model{weights: map[string]weights{}}
	for line := range strings.Lines(modelText) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 1+len(modelled) {
			continue
		}
		var w weights
		for k := range w {
			w[k], _ = strconv.ParseFloat(cells[k+1], 64)
		}
		if cells[0] == biasFeature {
			m.bias = w
		} else {
			m.weights[cells[0]] = w
		}
	}
	return m
}

// knows reports that a word in lower case stood in several of the mails that the model was made from.
func (m model) knows(word string) bool {
	_, ok := m.weights[unaccent(word)]
	return ok
}

// biasFeature is the one line of model.tsv that is no feature.
const biasFeature = "(bias)"

// shown is what a mail shows the model.
type shown struct {
	signs []string // in Dutch
	words []string // words and pairs of words
}

// times is how often a sign shows.
func (s shown) times(sign string) (n int) {
	for _, shows := range s.signs {
		if plain(shows) == sign {
			n++
		}
	}
	return n
}

// signPrefix stands before the signs in model.tsv.
const signPrefix = "* "

// each calls do with every feature and how much of it there is.
func (s shown) each(do func(feature string, much float64)) {
	for _, sign := range s.signs {
		do(signPrefix+sign, 1)
	}
	much := 1 / normaliser(len(s.words))
	for _, word := range s.words {
		do(word, much)
	}
}

// odds are the log odds of each kind.
func (m model) odds(s shown) weights {
	odds := m.bias
	s.each(func(feature string, much float64) { odds.add(m.weights[feature], much) })
	return odds
}

// mostTold bounds the signs, and the words, that are told as reasons.
const mostTold = 5

// tell says in Dutch what speaks most for one kind against another: the signs, most telling first, then a few words.
func (m model) tell(s shown, kind, against Kind) []string {
	speaks := func(feature string) float64 { w := m.weights[feature]; return w.of(kind) - w.of(against) }
	weights := map[string]float64{} // of signs, all degrees together
	for _, sign := range s.signs {
		weights[plain(sign)] += speaks(signPrefix + sign)
	}
	reasons := telling(weights, .2, mostTold)
	words := map[string]float64{}
	for _, word := range s.words {
		if speaksForItself.MatchString(word) {
			words[word] = speaks(word)
		}
	}
	if list := telling(words, .2, 3); len(list) > 0 {
		reasons = append(reasons, "het gebruikt woorden als "+strings.Join(list, ", "))
	}
	return reasons
}

// speaksForItself is a word of the text, or a pair of words, that a person may be shown as a reason.
var speaksForItself = regexp.MustCompile(`^[a-z]{5,}( [a-z]{4,})?$`)

// telling lists what weighs more than least, the heaviest first, at most so many.
func telling(weights map[string]float64, least float64, most int) []string {
	list := slices.Sorted(maps.Keys(weights))
	list = slices.DeleteFunc(list, func(s string) bool { return weights[s] < least })
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(weights[b], weights[a]) })
	return list[:min(len(list), most)]
}

// mostWords bounds what the model reads of a text: what matters stands at its beginning.
const mostWords = 400

// show collects what a mail shows the model: what is said, without salutation and signature.
func (r *Reader) show(m *Message, v voice) shown {
	w := wordList{seen: map[string]bool{}}
	w.read("", strings.Join(v.letter.body, "\n"))
	if n := len(v.letter.body); n > 1 {
		w.only("z:", v.letter.body[n-1]) // what somebody ends with is what he wants
	}
	w.read("s:", v.subject)
	if v.cover != "" {
		w.read("c:", withoutSignature(v.cover))
	}
	return shown{signs: r.signs(m, v), words: w.words}
}

// stem is how many letters of a longer word stand for all its forms, in bytes.
const stem = 5

// wordList collects words, their beginnings and pairs of words, each once, without accents and with figures as "0".
type wordList struct {
	words []string
	seen  map[string]bool
}

func (l *wordList) add(word string) {
	if !l.seen[word] {
		l.seen[word] = true
		l.words = append(l.words, word)
	}
}

// read adds the words of a text, their beginnings, and each two that stand beside each other.
func (l *wordList) read(prefix, text string) {
	last := ""
	for _, word := range weighedWords(text) {
		if word == "" {
			last = ""
			continue
		}
		l.add(prefix + word)
		if len(word) > stem {
			l.add(prefix + word[:stem] + "-")
		}
		if last != "" {
			l.add(prefix + last + " " + word)
		}
		last = word
	}
}

// only adds the words of a text by themselves.
func (l *wordList) only(prefix, text string) {
	for _, word := range weighedWords(text) {
		if word != "" {
			l.add(prefix + word)
		}
	}
}

// weighedWords are the first words of a text, without mail addresses and links; "" stands for one that is too long.
func weighedWords(text string) []string {
	words := productWords(linked.ReplaceAllString(bounded(text, mostWeighed), " "))
	words = words[:min(len(words), mostWords)]
	for i, word := range words {
		words[i] = generalised(word)
	}
	return words
}

// linked is a mail address or a link.
var linked = regexp.MustCompile(`\S+@\S+|https?://\S+|www\.\S+`)

func generalised(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return r >= '0' && r <= '9' }) {
		return "0"
	}
	if len(word) > 24 {
		return ""
	}
	return word
}

// normaliser keeps a long text from weighing more than a short one by its length alone.
func normaliser(features int) float64 { return math.Sqrt(math.Max(float64(features), 40)) / 8 }
