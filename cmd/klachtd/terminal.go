package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// terminal is where a person reads: how wide it is, and whether it shows colours. The zero terminal is a
// file or a pipe: nothing is cut off there and nothing coloured.
type terminal struct {
	width  int // in characters; 0: no terminal
	colour bool
}

// terminalOf looks what out is. NO_COLOR (no-color.org) and a dumb terminal get no colours.
func terminalOf(out io.Writer) terminal {
	f, ok := out.(*os.File)
	if !ok {
		return terminal{}
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return terminal{}
	}
	t := terminal{width: int(size.Col), colour: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if t.width < narrowest {
		t.width = narrowest
	}
	return t
}

// isTerminal reports that somebody types at in.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// narrowest is the least width that is laid out for, in characters.
const narrowest = 40

// style is how a text stands out on a terminal (ECMA-48 SGR).
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	yellow style = "33"
)

func (t terminal) styled(s style, text string) string {
	if !t.colour || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// heading is the title of a part.
func (t terminal) heading(text string) string { return t.styled(bold, text) }

// cell is one text of a table.
type cell struct {
	text  string
	style style
}

// table is laid out in columns. On a terminal columns give way until a line fits: the elastic ones are cut
// off, then those that can be spared are left out. Elsewhere every text stands in full.
type table struct {
	head    []string
	elastic []int // columns that may be cut off, in this order
	spare   []int // columns that may be left out, in this order
	rows    [][]cell
}

const (
	between      = 2  // spaces between columns
	leftOut      = -1 // the width of a column that is not shown
	leastElastic = 10 // characters of a column that gave way
)

func (t table) print(out io.Writer, term terminal) error {
	widths := t.widths(term)
	var page strings.Builder
	if t.head != nil {
		head := make([]cell, len(t.head))
		for i, text := range t.head {
			head[i] = cell{text, bold}
		}
		writeRow(&page, head, widths, term)
	}
	for _, row := range t.rows {
		writeRow(&page, row, widths, term)
	}
	_, err := io.WriteString(out, page.String())
	return err
}

func (t table) widths(term terminal) []int {
	var widths []int
	measure := func(i int, text string) {
		if i == len(widths) {
			widths = append(widths, 0)
		}
		widths[i] = max(widths[i], utf8.RuneCountInString(text))
	}
	for i, text := range t.head {
		measure(i, text)
	}
	for _, row := range t.rows {
		for i, c := range row {
			measure(i, c.text)
		}
	}
	if term.width == 0 {
		return widths
	}
	whole := -between
	for _, w := range widths {
		whole += w + between
	}
	for _, i := range t.elastic {
		if over := whole - term.width; over > 0 && i < len(widths) && widths[i] > leastElastic {
			less := max(leastElastic, widths[i]-over)
			whole -= widths[i] - less
			widths[i] = less
		}
	}
	for _, i := range t.spare {
		if whole > term.width && i < len(widths) {
			whole -= widths[i] + between
			widths[i] = leftOut
		}
	}
	return widths
}

func writeRow(page *strings.Builder, row []cell, widths []int, term terminal) {
	var line strings.Builder
	pad := 0
	for i, c := range row {
		if widths[i] == leftOut {
			continue
		}
		text := cut(c.text, widths[i])
		if text != "" {
			line.WriteString(strings.Repeat(" ", pad))
			line.WriteString(term.styled(c.style, text))
			pad = 0
		}
		pad += widths[i] - utf8.RuneCountInString(text) + between
	}
	page.WriteString(line.String())
	page.WriteByte('\n')
}

// cut shortens a text to a number of characters.
func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:width-1]), " ") + "…"
}

// folded breaks a text at spaces to the width of the terminal, each line behind an indent.
func (t terminal) folded(text string, indent int) string {
	if t.width == 0 {
		return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, foldLine(strings.TrimRight(line, "\n"), t.width-indent)...)
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

func foldLine(line string, width int) (lines []string) {
	current, length := "", 0
	for _, word := range strings.Fields(line) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			lines, current, length = append(lines, current), "", 0
		}
		if length > 0 {
			current, length = current+" ", length+1
		}
		current, length = current+word, length+n
	}
	return append(lines, current)
}

// more tells how many lines were left out.
func (t terminal) more(out io.Writer, n int, hint string) error {
	if n <= 0 {
		return nil
	}
	_, err := fmt.Fprintln(out, t.styled(dim, fmt.Sprintf("… and %d older (%s)", n, hint)))
	return err
}
