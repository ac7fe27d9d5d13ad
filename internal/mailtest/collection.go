package mailtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Delivered is a mail that a test server took.
type Delivered struct {
	From, To string
	Raw      []byte
	At       time.Time // when it was taken
}

// collection holds what a test server took, in order.
type collection struct {
	taken   sync.Mutex
	mails   []Delivered
	changed chan struct{} // closed and renewed with every mail
}

func (c *collection) init() { c.changed = make(chan struct{}) }

func (c *collection) take(d Delivered) {
	c.taken.Lock()
	defer c.taken.Unlock()
	c.mails = append(c.mails, d)
	close(c.changed)
	c.changed = make(chan struct{})
}

// Mails lists what was taken, in order.
func (c *collection) Mails() []Delivered {
	mails, _ := c.look()
	return mails
}

func (c *collection) look() ([]Delivered, <-chan struct{}) {
	c.taken.Lock()
	defer c.taken.Unlock()
	return slices.Clone(c.mails), c.changed
}

// Await waits until n mails were taken in all, or ctx ends.
func (c *collection) Await(ctx context.Context, n int) error {
	return c.await(ctx, n, func(mails []Delivered) int { return len(mails) })
}

// AwaitEach waits until mails with n different names came, or ctx ends; name gives "" for a mail that does not count.
func (c *collection) AwaitEach(ctx context.Context, n int, name func(Delivered) string) error {
	return c.await(ctx, n, func(mails []Delivered) int {
		names := map[string]bool{}
		for _, m := range mails {
			names[name(m)] = true
		}
		delete(names, "")
		return len(names)
	})
}

func (c *collection) await(ctx context.Context, n int, count func([]Delivered) int) error {
	for {
		mails, changed := c.look()
		have := count(mails)
		if have >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("awaiting %d mails, of which %d came: %w", n, have, context.Cause(ctx))
		}
	}
}
