package intake

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// ranked is a mail of which it is known which candidates are right.
type ranked struct {
	name  string
	list  []candidate
	right []int // in list
	times float64
}

// timesOf is how much a mail weighs: a whole one is as people write; the texts on one line are puzzles, and weigh less.
func timesOf(l sample) float64 {
	if strings.HasSuffix(l.name, ".eml") {
		return 3
	}
	return 1
}

// rankedMails gathers the candidates of a field in the mails to train with, and counts those of which no
// candidate is right.
func rankedMails(t *testing.T, r *Reader, which string) (list []ranked, lost int) {
	t.Helper()
	for _, l := range append(labelledMails(t, "testdata/train"), labelledMails(t, "testdata/dev")...) {
		want, labelled := l.want.Fields[which]
		if !labelled || l.want.Kind != Complaint && l.want.Kind != Objection && l.want.Kind != Supplement {
			continue
		}
		m := r.Parse(strings.NewReader(l.raw), l.want.Received)
		f := r.fieldReader(m, r.voiceOf(m), l.want.Kind)
		f.labelled()
		f.readEmail()
		var c *candidates
		switch which {
		case rankName:
			if f.out.Name != nil {
				continue
			}
			c = f.names()
		case rankOrganisation:
			f.readName()
			if f.out.Organisation != nil {
				continue
			}
			c = f.organisations()
		}
		one := ranked{name: l.name, list: c.list, times: timesOf(l)}
		for i, candidate := range c.list {
			if compare(which, want, &Field{Value: candidate.value}) == "" || candidate.value == "" && compare(which, want, &Field{Value: Private}) == "" {
				one.right = append(one.right, i)
			}
		}
		if one.right == nil {
			lost++
			if *verbose {
				t.Logf("   no candidate of %s: %s: %s", which, l.name, want)
			}
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b ranked) int { return int(int64(scatter(a.name)) - int64(scatter(b.name))) })
	return list, lost
}

// rankDecay draws the weights of clues towards nothing.
const rankDecay = .5

// fitRanking learns a ranking: gradient descent on the probability that one of the right candidates is chosen.
func fitRanking(list []ranked) ranking {
	weights, square := ranking{}, map[string]float64{}
	for range rounds {
		gradient := map[string]float64{}
		for _, one := range list {
			if one.right == nil {
				continue
			}
			all, right := logSum(weights, one.list, nil), logSum(weights, one.list, one.right)
			for i, c := range one.list {
				p := math.Exp(weights.weight(c) - all)
				if slices.Contains(one.right, i) {
					p -= math.Exp(weights.weight(c) - right)
				}
				for _, clue := range c.clues {
					gradient[clue] += one.times * p
				}
			}
		}
		for clue, g := range gradient {
			g += rankDecay * weights[clue]
			square[clue] += g * g
			weights[clue] -= .15 * g / math.Sqrt(square[clue]+1e-9)
		}
	}
	return weights
}

// logSum is the logarithm of the sum of what the candidates weigh, or of only some of them.
func logSum(r ranking, list []candidate, only []int) float64 {
	most, sum := math.Inf(-1), 0.0
	var weights []float64
	for i, c := range list {
		if only == nil || slices.Contains(only, i) {
			weights = append(weights, r.weight(c))
			most = max(most, weights[len(weights)-1])
		}
	}
	for _, w := range weights {
		sum += math.Exp(w - most)
	}
	return most + math.Log(sum)
}

// TestTrainRankings trains the rankings of fields. Cross-validation says what they are worth on mails that they have not seen.
func TestTrainRankings(t *testing.T) {
	if !*train {
		return
	}
	r := testReader(t)
	all := map[string]ranking{}
	for _, which := range []string{rankName, rankOrganisation} {
		list, lost := rankedMails(t, r, which)
		right := 0
		const folds = 5
		for fold := range folds {
			var learn []ranked
			for i, one := range list {
				if i%folds != fold {
					learn = append(learn, one)
				}
			}
			weights := fitRanking(learn)
			for i, one := range list {
				if i%folds != fold {
					continue
				}
				best := weights.best(&candidates{list: one.list})
				if slices.ContainsFunc(one.right, func(i int) bool { return one.list[i].value == best.value }) {
					right++
				} else if *verbose {
					var wanted []string
					for _, i := range one.right {
						wanted = append(wanted, one.list[i].value)
					}
					t.Logf("   %s: %q instead of %q", one.name, best.value, wanted)
				}
			}
		}
		t.Logf("%s: %d mails, %.1f%% right; of %d no candidate is right", which, len(list), percentOf(right, len(list)), lost)
		all[which] = fitRanking(list)
	}
	writeRankings(t, all)
}

func writeRankings(t *testing.T, all map[string]ranking) {
	t.Helper()
	var out strings.Builder
	for _, which := range slices.Sorted(maps.Keys(all)) {
		for _, clue := range slices.Sorted(maps.Keys(all[which])) {
			if weight := all[which][clue]; math.Abs(weight) >= .05 {
				fmt.Fprintf(&out, "%s\t%s\t%.2f\n", which, clue, weight)
			}
		}
	}
	if err := os.WriteFile("ranking.tsv", []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
