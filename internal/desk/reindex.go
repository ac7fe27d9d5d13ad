package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// index is what the register shows of a case and is searched by.
func (d *Desk) index(c complaint.Case) store.Index { return IndexOf(d.House, c) }

// IndexOf is what the register of a house shows of a case.
func IndexOf(h *complaint.House, c complaint.Case) store.Index {
	next, _ := h.NextDue(c)
	x := store.Index{
		Stage: c.Stage, NextDue: next, Received: c.Received, Channel: c.Channel, Product: c.Fields.Value(complaint.FieldProduct),
		Assessor: c.Assessor.Email, Complete: c.Complete(), Words: c.Words(),
	}
	if c.Closure != nil {
		x.KeepUntil = h.KeepUntil(c.Closure.On).Last
	}
	for _, t := range h.Terms(c) {
		if !t.Open() {
			continue
		}
		x.Open = append(x.Open, store.OpenTerm{Term: t.Kind, Due: t.Due})
		if t.Ours() && (x.FirstDue.IsZero() || t.Due.Before(x.FirstDue)) {
			x.FirstDue = t.Due
		}
	}
	return x
}

// reindexed is the key under which the store keeps what its index was made with.
const reindexed = "index"

// indexVersion grows when the index of a case is made of something else.
const indexVersion = 2

// mostReindexed bounds how many cases one transaction writes anew.
const mostReindexed = 500

// Reindex makes the register's index anew from the events where it was made with other rules: by an
// earlier version, or with other terms, people or closed days. Otherwise it reads one row.
func (d *Desk) Reindex(ctx context.Context) error {
	rules := d.rules()
	var all []complaint.Reference
	err := d.store.View(ctx, func(tx *store.Tx) error {
		made, err := tx.Meta(reindexed)
		if err != nil || made == rules {
			return err
		}
		all, err = tx.Cases(store.Filter{})
		return err
	})
	if err != nil {
		return fmt.Errorf("looking at the register: %w", err)
	}
	for len(all) > 0 {
		some := all[:min(mostReindexed, len(all))]
		all = all[len(some):]
		if err := d.store.Update(ctx, func(tx *store.Tx) error { return d.reindex(tx, some) }); err != nil {
			return fmt.Errorf("making the register anew: %w", err)
		}
	}
	return d.store.Update(ctx, func(tx *store.Tx) error {
		if made, err := tx.Meta(reindexed); err != nil || made == rules {
			return err
		}
		return tx.SetMeta(reindexed, rules)
	})
}

func (d *Desk) reindex(tx *store.Tx, references []complaint.Reference) error {
	for _, reference := range references {
		c, ok, err := d.load(tx, reference.String())
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := tx.Reindex(reference, d.index(c)); err != nil {
			return err
		}
	}
	return nil
}

// rules is a digest of everything besides the events that the index depends on: the lengths of the terms,
// when is reminded, who assesses, and which days of last year, this one and the next are worked.
func (d *Desk) rules() string {
	h := d.House
	sum := sha256.New()
	fmt.Fprintln(sum, indexVersion, h.Lengths, h.Before, h.Repeat, h.Automatic, h.Assessors, h.Products)
	year := h.Today(d.now()).Year
	for day := workday.NewDate(year-1, time.January, 1); day.Year <= year+1; day = day.AddDays(1) {
		if kind, name := h.Calendar.Kind(day); name != "" {
			fmt.Fprintln(sum, day, kind)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
