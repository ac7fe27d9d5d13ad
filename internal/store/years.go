package store

import (
	"database/sql"
	"time"
)

// Years lists the years of receipt that have a case, erased or not, the oldest first.
func (tx *Tx) Years() (years []int, err error) {
	err = tx.each("SELECT DISTINCT year FROM cases ORDER BY year", nil, func(rows *sql.Rows) error {
		var year int
		err := rows.Scan(&year)
		years = append(years, year)
		return err
	})
	return years, wrap("reading years", err)
}

// Statistics lists the lines that stay of erased cases, of the years from one up to and including another.
func (tx *Tx) Statistics(from, to int) (lines [][]byte, err error) {
	err = tx.each("SELECT line FROM statistics WHERE year BETWEEN ? AND ? ORDER BY id", []any{from, to}, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, []byte(line))
		return err
	})
	return lines, wrap("reading statistics", err)
}

// Analysed reports whether the analysis of a year was made.
func (tx *Tx) Analysed(year int) (bool, error) {
	made, err := tx.exists("SELECT 1 FROM analyses WHERE year = ?", year)
	return made, wrap("reading analyses", err)
}

// MarkAnalysis records that the analysis of a year was made, and the mail that brings it.
func (tx *Tx) MarkAnalysis(year int, at time.Time, messageID string) error {
	return wrap("recording analysis", tx.exec("INSERT INTO analyses (year, at, message_id) VALUES (?, ?, ?)", year, instant(at), messageID))
}

// InSentAnalysis reports whether a case, registered at some moment, has been in an analysis that a mail
// server took: that of its year, or the next, in which its year stands too.
func (tx *Tx) InSentAnalysis(year int, registered time.Time) (bool, error) {
	const query = `SELECT 1 FROM analyses a JOIN outgoing o ON o.message_id = a.message_id
		WHERE a.year IN (?, ?) AND a.at >= ? AND o.state = 'sent'`
	sent, err := tx.exists(query, year, year+1, instant(registered))
	return sent, wrap("reading analyses", err)
}
