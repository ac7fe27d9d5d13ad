package store

import "time"

// heldKey is set in a database that came out of a backup: the moment from which on its knowledge has a gap.
const heldKey = "held"

// Held is the moment from which on a restored database may have missed something, until it is released;
// zero when it is not held.
func (tx *Tx) Held() (since time.Time, err error) {
	text, err := tx.Meta(heldKey)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	since, err = readInstant(text)
	return since, wrap("reading whether the queue is held", err)
}

// Hold keeps everything from being sent.
func (tx *Tx) Hold(since time.Time) error { return tx.SetMeta(heldKey, instant(since)) }

// Release lets everything be sent again.
func (tx *Tx) Release() error { return tx.SetMeta(heldKey, "") }
