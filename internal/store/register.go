package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// Index is what the register shows of a case and is searched by; the caller takes it from the folded state.
type Index struct {
	Stage    complaint.Stage
	NextDue  workday.Date // zero: nothing is due
	Received workday.Date
	Channel  complaint.Channel
	Product  string
	Assessor string
	Complete bool
	Open     []OpenTerm   // the terms that are not met, in the procedure's order
	FirstDue workday.Date // the last day of the first promise of ours that is not met; zero: there is none
	Words    string       // the text by which the case is found
	// KeepUntil is the last day on which a closed case is kept; zero while it is open.
	KeepUntil workday.Date
}

// OpenTerm is a term that is not met.
type OpenTerm struct {
	Term complaint.TermKind
	Due  workday.Date
}

// index writes what the register shows of a case, behind its last event.
func (tx *Tx) index(reference complaint.Reference, head []byte, x Index) error {
	const upsert = `INSERT INTO cases (reference, year, number, stage, next_due, received, channel, product, assessor, complete, head, open_terms, first_due, keep_until)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (reference) DO UPDATE SET stage = excluded.stage, next_due = excluded.next_due,
		product = excluded.product, assessor = excluded.assessor, complete = excluded.complete,
		head = excluded.head, open_terms = excluded.open_terms, first_due = excluded.first_due, keep_until = excluded.keep_until`
	err := tx.exec(upsert, reference.String(), reference.Year, reference.Number, string(x.Stage), optionalDay(x.NextDue), x.Received.String(),
		string(x.Channel), x.Product, x.Assessor, boolean(x.Complete), head, writeTerms(x.Open), optionalDay(x.FirstDue), optionalDay(x.KeepUntil))
	if err != nil {
		return classified("recording case "+reference.String(), err)
	}
	return wrap("recording words of "+reference.String(), tx.indexWords(reference, x.Words))
}

// Reindex writes what the register shows of a case anew; nothing happened in it.
func (tx *Tx) Reindex(reference complaint.Reference, x Index) error {
	_, head, err := tx.lastLink(reference)
	if err != nil {
		return err
	}
	return tx.index(reference, head, x)
}

// wordsOf is the row of a case among the words; the migration says the same in SQL.
func wordsOf(reference complaint.Reference) int64 {
	return int64(reference.Year)*1_000_000 + int64(reference.Number)
}

// indexWords replaces the words of a case where they changed.
func (tx *Tx) indexWords(reference complaint.Reference, words string) error {
	row, had := wordsOf(reference), ""
	found, err := tx.one("SELECT words FROM search WHERE rowid = ?", []any{row}, &had)
	switch {
	case err != nil:
		return err
	case found && had == words:
		return nil
	case found:
		return tx.exec("UPDATE search SET words = ? WHERE rowid = ?", words, row)
	}
	return tx.exec("INSERT INTO search (rowid, words) VALUES (?, ?)", row, words)
}

func writeTerms(open []OpenTerm) string {
	parts := make([]string, 0, 2*len(open))
	for _, t := range open {
		parts = append(parts, string(t.Term), t.Due.String())
	}
	return strings.Join(parts, " ")
}

func readTerms(s string) (open []OpenTerm, err error) {
	if s != "" {
		open = make([]OpenTerm, 0, (strings.Count(s, " ")+1)/2)
	}
	for len(s) > 0 {
		var term, day string
		term, s, _ = strings.Cut(s, " ")
		day, s, _ = strings.Cut(s, " ")
		due, err := workday.ParseDate(day)
		if err != nil {
			return nil, err
		}
		open = append(open, OpenTerm{Term: complaint.TermKind(term), Due: due})
	}
	return open, nil
}

// Filter chooses cases of the register that were not erased; what is empty chooses all.
type Filter struct {
	Open     bool
	Overdue  workday.Date // a promise had passed, unmet, when this day began
	Year     int          // of receipt
	Stage    complaint.Stage
	Product  string // part of it, in either case
	Assessor string // part of the address, in either case
	Channel  complaint.Channel
	Newest   int // only so many, the newest; 0: all
}

// where is the filter as SQL, with what belongs to its question marks.
func (f Filter) where() (sql string, args []any) {
	all := []string{"erased = 0"}
	add := func(condition string, arg any) {
		all, args = append(all, condition), append(args, arg)
	}
	if f.Open {
		all = append(all, "stage <> 'closed'")
	}
	if !f.Overdue.IsZero() {
		add("first_due < ?", f.Overdue.String())
	}
	if f.Year != 0 {
		add("year = ?", f.Year)
	}
	if f.Stage != "" {
		add("stage = ?", string(f.Stage))
	}
	if f.Product != "" {
		add("product LIKE ? ESCAPE '!'", contains(f.Product))
	}
	if f.Assessor != "" {
		add("assessor LIKE ? ESCAPE '!'", contains(f.Assessor))
	}
	if f.Channel != "" {
		add("channel = ?", string(f.Channel))
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// contains is a pattern for LIKE that finds a text anywhere.
func contains(s string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s) + "%"
}

// Listed is one case of the register.
type Listed struct {
	Reference complaint.Reference
	Index
}

// Cases lists the references that a filter chooses, the oldest first.
func (tx *Tx) Cases(f Filter) (references []complaint.Reference, err error) {
	err = tx.listed("year, number", f, func(rows *sql.Rows) error {
		var r complaint.Reference
		err := rows.Scan(&r.Year, &r.Number)
		references = append(references, r)
		return err
	})
	return references, err
}

// CountCases counts what a filter chooses, without the bound on their number.
func (tx *Tx) CountCases(f Filter) (n int, err error) {
	f.Newest = 0
	err = tx.listed("count(*)", f, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

const listedColumns = "year, number, stage, received, channel, product, assessor, complete, open_terms"

// List calls do with what the register shows of every case that a filter chooses, the oldest first. It reads no events.
func (tx *Tx) List(f Filter, do func(Listed) error) error {
	l := newLine()
	return tx.listed(listedColumns, f, func(rows *sql.Rows) error {
		c, err := l.scan(rows)
		if err != nil {
			return err
		}
		return do(c)
	})
}

func (tx *Tx) listed(columns string, f Filter, scan func(*sql.Rows) error) error {
	where, args := f.where()
	query := "SELECT " + columns + " FROM cases" + where
	switch {
	case columns == "count(*)":
	case f.Newest > 0:
		query = "SELECT " + columns + " FROM (SELECT * FROM cases" + where + " ORDER BY year DESC, number DESC LIMIT ?) ORDER BY year, number"
		args = append(args, f.Newest)
	default:
		query += " ORDER BY year, number"
	}
	return wrap("listing cases", tx.each(query, args, scan))
}

// line is one row of the register as the database has it, read row after row. What is no text goes by way of any:
// anything else would be written out and read again for every row.
type line struct {
	year, number, complete                             any
	stage, received, channel, product, assessor, terms string
	into                                               []any
}

// newLine is a line that reads listedColumns, and what else a query asks for.
func newLine(more ...any) *line {
	l := &line{}
	l.into = append([]any{&l.year, &l.number, &l.stage, &l.received, &l.channel, &l.product, &l.assessor, &l.complete, &l.terms}, more...)
	return l
}

func (l *line) scan(rows *sql.Rows) (c Listed, err error) {
	if err := rows.Scan(l.into...); err != nil {
		return c, err
	}
	year, _ := l.year.(int64)
	number, _ := l.number.(int64)
	c.Reference = complaint.Reference{Year: int(year), Number: int(number)}
	c.Stage, c.Channel, c.Product, c.Assessor, c.Complete = complaint.Stage(l.stage), complaint.Channel(l.channel), l.product, l.assessor, l.complete == int64(1)
	if c.Received, err = workday.ParseDate(l.received); err != nil {
		return c, err
	}
	c.Open, err = readTerms(l.terms)
	return c, err
}

// Found is a case in which a text was found, and where.
type Found struct {
	Listed
	Context string // the words around it, found words between « and »
}

// ErrNothingToSearch says that a text has no word in it.
var ErrNothingToSearch = errors.New("there is no word in it")

// Search finds cases that hold every word of a text, each as it begins, the newest first. What stands
// between double quotes must stand so. The text is a person's: nothing in it is a command to the index.
func (tx *Tx) Search(text string, most int) (found []Found, err error) {
	match := matching(text)
	if match == "" {
		return nil, fmt.Errorf("searching: %w", ErrNothingToSearch)
	}
	const query = `SELECT ` + listedColumns + `, snippet(search, 0, '«', '»', '…', 12)
		FROM search JOIN cases ON cases.year = search.rowid / 1000000 AND cases.number = search.rowid % 1000000
		WHERE search MATCH ? ORDER BY search.rowid DESC LIMIT ?`
	var context string
	l := newLine(&context)
	err = tx.each(query, []any{match, most}, func(rows *sql.Rows) error {
		c, err := l.scan(rows)
		found = append(found, Found{Listed: c, Context: context})
		return err
	})
	return found, wrap("searching", err)
}

// matching turns a person's text into a query: quoted strings only, so that AND, NEAR, *, ^, : and - are
// letters like others (sqlite.org/fts5.html#full_text_query_syntax).
func matching(text string) string {
	var terms []string
	for i, piece := range strings.Split(text, `"`) {
		if i%2 == 1 { // between quotes
			if hasWord(piece) {
				terms = append(terms, quoted(piece))
			}
			continue
		}
		for _, word := range strings.Fields(piece) {
			if hasWord(word) {
				terms = append(terms, quoted(word)+"*")
			}
		}
	}
	return strings.Join(terms, " ")
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, "\x00", " ") + `"` }

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func scanReference(rows *sql.Rows) (complaint.Reference, error) {
	var text string
	if err := rows.Scan(&text); err != nil {
		return complaint.Reference{}, err
	}
	return complaint.ParseReference(text)
}
