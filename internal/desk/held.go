package desk

import (
	"context"

	"klikonderwijs.nl/klachtd/internal/store"
)

// Held reports that the store came out of a backup and that nobody has released it yet: nothing is sent.
func (d *Desk) Held(ctx context.Context) (held bool, err error) {
	err = d.store.View(ctx, func(tx *store.Tx) error {
		h, err := tx.Held()
		held = !h.IsZero()
		return err
	})
	return held, err
}
