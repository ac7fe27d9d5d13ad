package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCandidatesAreMerged(t *testing.T) {
	c := newCandidates("none")
	c.add("Bakkerij Pronk", sourceSignature, "signature", "workplace")
	c.add("bakkerij pronk", sourceBody, "text", "workplace")
	if len(c.list) != 2 {
		t.Fatalf("%d candidates, want the silence and one firm", len(c.list))
	}
	if got, want := c.list[1].clues, []string{"signature", "workplace", "text"}; !slices.Equal(got, want) {
		t.Errorf("clues %q, want %q", got, want)
	}
	r := ranking{"none": 1, "signature": 2, "workplace": -.5}
	if best := r.best(c); best.value != "Bakkerij Pronk" || best.source != sourceSignature {
		t.Errorf("best is %+v", best)
	}
	r["none"] = 1.6
	if best := r.best(c); best.value != "" {
		t.Errorf("best is %+v, want silence", best)
	}
}

func TestEveryRankedFieldHasWeights(t *testing.T) {
	all := loadRankings()
	for _, field := range []string{rankName, rankOrganisation} {
		if len(all[field]) < 50 {
			t.Errorf("%s has %d weights in ranking.tsv", field, len(all[field]))
		}
	}
	if len(all) != 2 {
		t.Errorf("%d fields in ranking.tsv, want 2", len(all))
	}
}

// TestWhoWritesForWhom tells a complainant and his organisation from the others that a mail names.
func TestWhoWritesForWhom(t *testing.T) {
	for _, c := range []struct{ from, text, name, organisation string }{
		{"Roelie Dekking <r.dekking@dehoven.example>", "De zaal was ijskoud, de hele dag.\n\nMet vriendelijke groet,\nRoelie Dekking\nlocatiemanager\nZorgcentrum De Hoven\nTel. 0412-555 120", "Roelie Dekking", "Zorgcentrum De Hoven"},
		{"Receptie <receptie@klikonderwijs.nl>", "Hoi, net gebeld door mevrouw Annie Bakker van Garage Noord. De trainer kwam weer niet opdagen en ze is boos.\n\nGroet,\nSandra", "Annie Bakker", "Garage Noord"},
		{"Bakkerij Pronk <info@bakkerijpronk.example>", "Drie broodjes voor elf man, zo doen we dat niet.\n\nFrits Pronk\nBakkerij Pronk", "Frits Pronk", "Bakkerij Pronk"},
		{"thuis <k.visser@ziggo.example>", "Mijn diploma is zoek en niemand belt terug.\n\nGroetjes,\nKarin Visser", "Karin Visser", ""},
	} {
		r := testReader(t)
		m := r.Parse(strings.NewReader("From: "+c.from+"\nSubject: Klacht over de training\nContent-Type: text/plain; charset=utf-8\n\n"+c.text), time.Time{})
		got := r.Judge(m)
		for _, f := range []struct {
			which, want string
			got         *Field
		}{{"name", c.name, got.Fields.Name}, {"organisation", c.organisation, got.Fields.Organisation}} {
			if value := valueOf(f.got); value != f.want {
				t.Errorf("%s: %s is %q, want %q", c.from, f.which, value, f.want)
			}
		}
	}
}

func valueOf(f *Field) string {
	if f == nil {
		return ""
	}
	return f.Value
}

// TestManyNamesAreBounded weighs no more than mostCandidates of what a stranger writes.
func TestManyNamesAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "Firma%c%d Transport BV, ", 'A'+i%26, i)
	}
	r := testReader(t)
	m := r.Parse(strings.NewReader("From: x <x@y.example>\nSubject: klacht\n\n"+text.String()), time.Time{})
	f := r.fieldReader(m, r.voiceOf(m), Complaint)
	for _, c := range []*candidates{f.names(), f.organisations()} {
		if len(c.list) > mostCandidates+1 {
			t.Errorf("%d candidates", len(c.list))
		}
	}
}
