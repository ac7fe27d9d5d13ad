package intake

import (
	"strings"
	"testing"
)

func TestAgg(t *testing.T) {
	for _, dir := range []string{"testdata/untouched"} {
		n := evaluate(testReader(t), labelledMails(t, dir))
		c := map[string]int{}
		for _, m := range n.misses {
			for _, f := range []string{"name", "organisation", "phone", "product", "submitted", "description", "motivation"} {
				if i := strings.Index(m, ": "+f+" "); i >= 0 {
					rest := m[i+len(f)+3:]
					k := "differs"
					if strings.HasPrefix(rest, "is , not") {
						k = "got nothing"
					} else if strings.HasSuffix(rest, ", not null") {
						k = "should be null"
					} else if strings.HasPrefix(rest, "lacks") {
						k = "lacks"
					}
					c[f+" "+k]++
				}
			}
			if i := strings.Index(m, " instead of "); i >= 0 {
				a := m[:i]
				a = a[strings.LastIndex(a, " ")+1:]
				b := strings.Fields(m[i+12:])[0]
				c["kind "+a+" for "+b]++
			}
		}
		for k, v := range c {
			t.Log(k, v)
		}
	}
}
