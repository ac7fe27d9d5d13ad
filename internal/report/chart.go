package report

import (
	"fmt"
	"html/template"
	"strings"
)

// The charts are drawn as wide as a phone and grow with the page, so their letters stay readable on both.
const (
	chartWidth  = 360
	chartHeight = 170
	chartFoot   = 22 // for the names of the months
	chartHead   = 14 // for the number above the longest bar
)

var short = [...]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}

// bar is one bar of a chart.
type bar struct {
	class string
	n     int
}

// group is what stands above one month.
type group struct {
	label string
	bars  []bar
}

// monthChart shows the complaints per month beside those of the year before.
func monthChart(a *Analysis) template.HTML {
	groups := make([]group, len(a.Months))
	for i, m := range a.Months {
		groups[i] = group{short[i], []bar{{"then", m.Before}, {"now", m.N}}}
	}
	return columns(groups, fmt.Sprintf("Klachten per maand in %d en %d", a.Year, a.Year-1), chartHeight)
}

// measureChart shows the complaints about a product per month around a measure; the month itself is marked.
func measureChart(m MeasureFigures) template.HTML {
	if len(m.Months) == 0 {
		return ""
	}
	groups := make([]group, len(m.Months))
	for i, c := range m.Months {
		class := "then"
		switch {
		case c.Month == m.Done:
			class = "mark"
		case c.Month.Sub(m.Done) > 0:
			class = "now"
		}
		groups[i] = group{short[c.Month.Month-1], []bar{{class, c.N}}}
	}
	return columns(groups, "Klachten over dit product per maand, voor en na de maatregel", 100)
}

// columns draws bars in groups. Only numbers and names of months go into it.
func columns(groups []group, title string, height int) template.HTML {
	longest := 1
	for _, g := range groups {
		for _, b := range g.bars {
			longest = max(longest, b.n)
		}
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, height, title)
	room, base := float64(height-chartFoot-chartHead), float64(height-chartFoot)
	step := float64(chartWidth) / float64(max(len(groups), 6))
	for i, g := range groups {
		wide := step * 0.8 / float64(len(g.bars))
		for j, b := range g.bars {
			x, tall := float64(i)*step+step*0.1+float64(j)*wide, room*float64(b.n)/float64(longest)
			fmt.Fprintf(&s, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, b.class, x, base-tall, wide-1, tall)
			if b.class != "then" || len(g.bars) == 1 {
				fmt.Fprintf(&s, `<text x="%.1f" y="%.1f" class="n">%d</text>`, x+wide/2, base-tall-3, b.n)
			}
		}
		fmt.Fprintf(&s, `<text x="%.1f" y="%d">%s</text>`, (float64(i)+0.5)*step, height-8, g.label)
	}
	fmt.Fprintf(&s, `<line x1="0" x2="%d" y1="%.1f" y2="%.1f"/></svg>`, chartWidth, base, base)
	return template.HTML(s.String())
}
