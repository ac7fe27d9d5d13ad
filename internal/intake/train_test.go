package intake

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var train = flag.Bool("train", false, "train the model anew from the labelled mails, and write model.tsv")

// example is one labelled mail for the model.
type example struct {
	name     string
	kind     int // index in modelled
	features []int
	much     []float64
	times    float64 // how much it weighs
}

// lexicon numbers the features that occur in enough mails to learn from.
type lexicon struct {
	numbers map[string]int
	names   []string
}

// seenOften is in how many mails a feature must occur: a pair of words in more than a word.
func seenOften(feature string, times int) bool {
	return times >= 3 && (times >= 4 || !strings.Contains(feature, " ") || strings.HasPrefix(feature, signPrefix))
}

// examples reads the mails to train with. The untouched part is never read here, nor is the corpus that came with the project.
func examples(t *testing.T, r *Reader) ([]example, lexicon) {
	t.Helper()
	var list []sample
	for _, l := range append(labelledMails(t, "testdata/train"), labelledMails(t, "testdata/dev")...) {
		if slices.Contains(modelled[:], l.want.Kind) {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b sample) int { return cmp.Compare(scatter(a.name), scatter(b.name)) })
	all := make([]shown, len(list))
	counts := map[string]int{}
	for i, l := range list {
		m := r.Parse(strings.NewReader(l.raw), time.Time{})
		all[i] = r.show(m, r.voiceOf(m))
		all[i].each(func(feature string, _ float64) { counts[feature]++ })
	}
	var known lexicon
	known.numbers = map[string]int{}
	for _, feature := range slices.Sorted(maps.Keys(counts)) {
		if seenOften(feature, counts[feature]) {
			known.numbers[feature] = len(known.names)
			known.names = append(known.names, feature)
		}
	}
	examples := make([]example, len(list))
	for i, l := range list {
		e := example{name: l.name, kind: slices.Index(modelled[:], l.want.Kind), times: timesOf(l)}
		all[i].each(func(feature string, much float64) {
			if n, ok := known.numbers[feature]; ok {
				e.features, e.much = append(e.features, n), append(e.much, much)
			}
		})
		examples[i] = e
	}
	return examples, known
}

// dropout is how much of each mail is hidden in each round, another part every time: what only a few words tell is then
// learned from the others too (S. Wager, S. Wang and P. Liang, Dropout Training as Adaptive Regularization, NIPS 2013).
const dropout = .5

// fitted is a model over numbered features.
type fitted struct {
	bias    weights
	weights []weights
}

// rounds of gradient descent: more make it worse on mails that it has not seen.
const rounds = 300

// signDecay is how much less a sign is drawn towards nothing than a word: there are few, and each was thought about.
const signDecay = .1

// fit is multinomial logistic regression: gradient descent, every weight drawn towards nothing. It gives the same model every time.
func fit(list []example, known lexicon, decay float64) fitted {
	features := len(known.names)
	decays := tellingness(list, features)
	for f, n := range known.names {
		if strings.HasPrefix(n, signPrefix) {
			decays[f] = signDecay
		}
		decays[f] *= decay
	}
	m := fitted{weights: make([]weights, features)}
	random, seen := rand.New(rand.NewPCG(1, 2)), example{}
	square, gradient := make([]weights, features), make([]weights, features)
	for range rounds {
		clear(gradient)
		var bias weights
		for _, e := range list {
			seen.features, seen.much = seen.features[:0], seen.much[:0]
			for i, f := range e.features {
				if random.Float64() >= dropout {
					seen.features, seen.much = append(seen.features, f), append(seen.much, e.much[i]/(1-dropout))
				}
			}
			wrong := m.odds(seen).softmax()
			wrong[e.kind]--
			bias.add(wrong, e.times)
			for i, f := range seen.features {
				gradient[f].add(wrong, seen.much[i]*e.times)
			}
		}
		m.bias.add(bias, -.5/float64(len(list)))
		for f := range gradient {
			for k := range modelled {
				g := gradient[f][k] + decays[f]*m.weights[f][k]
				square[f][k] += g * g
				m.weights[f][k] -= .15 * g / math.Sqrt(square[f][k]+1e-9)
			}
		}
	}
	return m
}

// tellingness is how much less the weight of each feature is drawn towards nothing the more it tells complaints and
// objections from the rest by itself: 1 over the log of the ratio of how often it stands in either
// (S. Wang and C. Manning, Baselines and Bigrams, ACL 2012).
func tellingness(list []example, features int) []float64 {
	var seen [2][]float64
	var mails [2]float64
	for side := range seen {
		seen[side] = make([]float64, features)
	}
	for _, e := range list {
		side := 0
		if modelled[e.kind] == Complaint || modelled[e.kind] == Objection {
			side = 1
		}
		mails[side]++
		for _, f := range e.features {
			seen[side][f]++
		}
	}
	decays := make([]float64, features)
	for f := range decays {
		ratio := (seen[1][f] + 1) / (mails[1] + 2) / ((seen[0][f] + 1) / (mails[0] + 2))
		decays[f] = 1 / max(math.Abs(math.Log(ratio)), .05)
	}
	return decays
}

func (m fitted) odds(e example) weights {
	odds := m.bias
	for i, f := range e.features {
		odds.add(m.weights[f], e.much[i])
	}
	return odds
}

// TestTrain trains the model. Cross-validation says what it is worth on mails that it has not seen.
func TestTrain(t *testing.T) {
	if !*train {
		return
	}
	list, known := examples(t, testReader(t))
	t.Logf("%d mails, %d features", len(list), len(known.names))
	const folds = 5
	for _, decay := range []float64{.15, .3} {
		right, loss := 0, 0.0
		var confused [len(modelled)][len(modelled)]int
		type seen struct {
			p         float64
			complaint bool
			name      string
		}
		var all []seen
		for fold := range folds {
			var learn []example
			for i, e := range list {
				if i%folds != fold {
					learn = append(learn, e)
				}
			}
			m := fit(learn, known, decay)
			for i, e := range list {
				if i%folds != fold {
					continue
				}
				p := m.odds(e).softmax()
				best := slices.Index(p[:], slices.Max(p[:]))
				confused[e.kind][best]++
				if best == e.kind {
					right++
				}
				loss -= math.Log(p[e.kind])
				all = append(all, seen{p[0] + p[1], e.kind <= 1, e.name})
			}
		}
		t.Logf("decay %.2f: %.1f%% right, loss %.3f", decay, percentOf(right, len(list)), loss/float64(len(list)))
		for k, row := range confused {
			t.Logf("   %-10s %v", modelled[k], row)
		}
		for _, bar := range []float64{.05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95} {
			missed, wrongly := 0, 0
			for _, s := range all {
				if s.complaint && s.p < bar {
					missed++
				}
				if !s.complaint && s.p >= bar {
					wrongly++
				}
			}
			t.Logf("   bar %.2f: missed %d, wrongly %d", bar, missed, wrongly)
		}
	}
	write(t, fit(list, known, chosenDecay), known)
}

// chosenDecay gave the least loss in cross-validation.
const chosenDecay = .3

// scatter orders names without their meaning.
func scatter(name string) (sum uint32) {
	for _, c := range []byte(name) {
		sum = (sum ^ uint32(c)) * 16777619
	}
	return sum
}

func write(t *testing.T, m fitted, known lexicon) {
	t.Helper()
	var out strings.Builder
	line := func(feature string, w weights) {
		out.WriteString(feature)
		for _, weight := range w {
			fmt.Fprintf(&out, "\t%.2f", weight)
		}
		out.WriteByte('\n')
	}
	line(biasFeature, m.bias)
	for f, feature := range known.names {
		if slices.Max(m.weights[f][:])-slices.Min(m.weights[f][:]) >= .05 {
			line(feature, m.weights[f])
		}
	}
	if err := os.WriteFile("model.tsv", []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
