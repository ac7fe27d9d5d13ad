package intake

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var train = flag.Bool("train", false, "train the model anew from the labelled texts, and write model.tsv")

// example is one labelled text for the model.
type example struct {
	complaint bool
	offset    float64 // the weight of the clues, which the model adds to
	features  []string
	clues     []string
	norm      float64
	name      string
}

// examples reads the texts to train with: short ones as JSON lines, and the mails of the development
// part. The untouched part is never read here.
func examples(t *testing.T, r *Reader) (list []example) {
	t.Helper()
	for _, l := range append(labelledMails(t, "testdata/train"), labelledMails(t, "testdata/dev")...) {
		if l.want.Kind == Complaint || l.want.Kind == Ordinary {
			list = append(list, r.example(l.raw, l.want.Kind == Complaint, l.name))
		}
	}
	return list
}

func (r *Reader) example(raw string, complaint bool, name string) example {
	m := r.Parse(strings.NewReader(raw), time.Time{})
	v := r.voiceOf(m)
	e := r.clues(m, v)
	subject, text := r.modelled(m, v)
	f := features(subject, text)
	return example{complaint: complaint, offset: e.weight - evenBar, features: f, clues: prefixed(slices.Concat(e.reasons, e.against)), norm: normaliser(len(f)), name: name}
}

func prefixed(clues []string) []string {
	for i, clue := range clues {
		clues[i] = cluePrefix + clue
	}
	return clues
}

// fit is logistic regression with the clues as offset: gradient descent, every weight drawn towards nothing.
func fit(list []example, decay float64) model {
	counts := map[string]int{}
	for _, e := range list {
		for _, f := range e.features {
			counts[f]++
		}
	}
	m := model{clues: 1, weights: map[string]float64{}}
	square := map[string]float64{} // AdaGrad
	names := func(e example) []string {
		return slices.DeleteFunc(slices.Clone(e.features), func(f string) bool {
			return counts[f] < 3 || strings.Contains(f, " ") && counts[f] < 4
		})
	}
	used := make([][]string, len(list))
	for i, e := range list {
		used[i] = names(e)
	}
	for range 200 {
		gradient := map[string]float64{}
		bias, clues := 0.0, 0.0
		for i, e := range list {
			z := m.clues*e.offset + m.bias
			for _, f := range used[i] {
				z += m.weights[f] / e.norm
			}
			for _, f := range e.clues {
				z += m.weights[f]
			}
			wrong := 1 / (1 + math.Exp(-z))
			if e.complaint {
				wrong--
			}
			bias += wrong
			clues += wrong * e.offset
			for _, f := range used[i] {
				gradient[f] += wrong / e.norm
			}
			for _, f := range e.clues {
				gradient[f] += wrong
			}
		}
		m.bias -= .5 * bias / float64(len(list))
		m.clues -= .05 * clues / float64(len(list))
		for f, g := range gradient {
			g += decay * m.weights[f]
			square[f] += g * g
			m.weights[f] -= .1 * g / math.Sqrt(square[f]+1e-9)
		}
	}
	return m
}

func (m model) judge(e example) float64 {
	z := m.clues*e.offset + m.bias
	for _, f := range e.features {
		z += m.weights[f] / e.norm
	}
	for _, f := range e.clues {
		z += m.weights[f]
	}
	return z
}

// TestTrain trains the model. Five-fold cross-validation says what it is worth on texts that it has not seen.
func TestTrain(t *testing.T) {
	if !*train {
		return
	}
	r := testReader(t)
	list := examples(t, r)
	slices.SortFunc(list, func(a, b example) int { return cmp.Compare(scatter(a.name), scatter(b.name)) })
	for _, decay := range []float64{.02, .05, .1, .3} {
		type seen struct {
			z         float64
			complaint bool
			name      string
		}
		var all []seen
		for fold := range 5 {
			var learn, ask []example
			for i, e := range list {
				if i%5 == fold {
					ask = append(ask, e)
				} else {
					learn = append(learn, e)
				}
			}
			m := fit(learn, decay)
			for _, e := range ask {
				all = append(all, seen{m.judge(e), e.complaint, e.name})
			}
		}
		loss := 0.0
		for _, s := range all {
			if s.complaint {
				loss += math.Log1p(math.Exp(-s.z))
			} else {
				loss += math.Log1p(math.Exp(s.z))
			}
		}
		t.Logf("decay %.1f: loss %.3f over %d texts", decay, loss/float64(len(all)), len(all))
		for _, bar := range []float64{-3, -2.5, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2} {
			found, complaints, wrongly := 0, 0, 0
			for _, s := range all {
				if s.complaint {
					complaints++
					if s.z >= bar {
						found++
					}
				} else if s.z >= bar {
					wrongly++
				}
			}
			t.Logf("   bar %+.1f: found %d of %d, wrongly %d of %d", bar, found, complaints, wrongly, len(all)-complaints)
		}
	}
	write(t, fit(list, .1))
}

// scatter orders names without their meaning.
func scatter(name string) (sum uint32) {
	for _, c := range []byte(name) {
		sum = (sum ^ uint32(c)) * 16777619
	}
	return sum
}

func write(t *testing.T, m model) {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "%s\t%.3f\n%s\t%.3f\n", biasFeature, m.bias, cluesFeature, m.clues)
	for _, f := range slices.Sorted(maps.Keys(m.weights)) {
		if w := m.weights[f]; math.Abs(w) >= .02 {
			fmt.Fprintf(&out, "%s\t%.3f\n", f, w)
		}
	}
	if err := os.WriteFile("model.tsv", []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
