package intake

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

// rankingText is the trained ranking: a field, a clue and its weight a line. It is made from the labelled
// mails of testdata by TestTrainRankings with -train.
//
//go:embed ranking.tsv
var rankingText string

// candidate is what a field may be: the name of a person or a firm somewhere in a mail, and all that
// speaks for it or against it.
type candidate struct {
	value, source string
	clues         []string
}

// candidates are those of one field of one mail, each value once. The first is that the mail does not say it.
type candidates struct {
	list []candidate
	seen map[string]int // by value in lower case
}

// commonWords says how many words of a name are words that mails are full of: "Beste PO'ers" is no name.
func (r *Reader) commonWords(words []string) []string {
	common, names := 0, 0
	for _, word := range words {
		if word = strings.ToLower(strings.Trim(word, ".,()'’")); infixes[word] || len(word) < 2 {
			continue
		}
		if names++; r.model.knows(word) {
			common++
		}
	}
	switch {
	case common == 0:
		return []string{"no common words"}
	case common < names:
		clues := []string{"some common words"}
		if first := strings.ToLower(words[0]); !infixes[first] && r.model.knows(first) {
			clues = append(clues, "begins with a common word")
		}
		return clues
	}
	return []string{"common words"}
}

// mostCandidates bounds what is weighed in one mail.
const mostCandidates = 120

func newCandidates(silent ...string) *candidates {
	return &candidates{list: []candidate{{clues: silent}}, seen: map[string]int{}}
}

// add adds a value with its clues, or its clues to those that the same value had elsewhere.
func (c *candidates) add(value, source string, clues ...string) {
	if c.again(value, clues) || value == "" || len(c.list) > mostCandidates {
		return
	}
	c.seen[strings.ToLower(value)] = len(c.list)
	c.list = append(c.list, candidate{value: value, source: source})
	c.list[len(c.list)-1].clue(clues...)
}

// again adds clues to a value that is there already.
func (c *candidates) again(value string, clues []string) bool {
	i, known := c.seen[strings.ToLower(value)]
	if known {
		c.list[i].clue(clues...)
	}
	return known
}

// clue adds clues that are not there yet.
func (c *candidate) clue(clues ...string) {
	for _, says := range clues {
		if !slices.Contains(c.clues, says) {
			c.clues = append(c.clues, says)
		}
	}
}

// ranking weighs clues: a conditional logit model, in which the candidates of one mail compete. Every
// weight can be read in ranking.tsv.
type ranking map[string]float64

// The fields that are ranked, as ranking.tsv calls them.
const (
	rankOrganisation = "organisation"
	rankName         = "name"
)

func loadRankings() map[string]ranking {
	all := map[string]ranking{}
	for line := range strings.Lines(rankingText) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 3 {
			continue
		}
		if all[cells[0]] == nil {
			all[cells[0]] = ranking{}
		}
		all[cells[0]][cells[1]], _ = strconv.ParseFloat(cells[2], 64)
	}
	return all
}

// best is the candidate that most speaks for; its value is "" where the mail does not say the field.
func (r ranking) best(c *candidates) candidate {
	best, most := c.list[0], r.weight(c.list[0])
	for _, other := range c.list[1:] {
		if weight := r.weight(other); weight > most {
			best, most = other, weight
		}
	}
	return best
}

func (r ranking) weight(c candidate) (sum float64) {
	for _, clue := range c.clues {
		sum += r[clue]
	}
	return sum
}
