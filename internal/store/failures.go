package store

import "time"

// CountFailure counts one more mail to a recipient, known by a keyed digest only, that failed for good; what
// is older than since is forgotten.
func (tx *Tx) CountFailure(recipient string, at, since time.Time) error {
	if err := tx.exec("DELETE FROM failures WHERE last <= ?", instant(since)); err != nil {
		return classified("forgetting failures", err)
	}
	const count = "INSERT INTO failures (recipient, number, last) VALUES (?, 1, ?) ON CONFLICT (recipient) DO UPDATE SET number = number + 1, last = excluded.last"
	return wrap("counting failures", tx.exec(count, recipient, instant(at)))
}

// Failures is how many mails to a recipient failed for good, where the last did so after since.
func (tx *Tx) Failures(recipient string, since time.Time) (n int, err error) {
	_, err = tx.one("SELECT number FROM failures WHERE recipient = ? AND last > ?", []any{recipient, instant(since)}, &n)
	return n, wrap("reading failures", err)
}

// ForgetFailures gives a recipient a clean slate.
func (tx *Tx) ForgetFailures(recipient string) error {
	return wrap("forgetting failures", tx.exec("DELETE FROM failures WHERE recipient = ?", recipient))
}
