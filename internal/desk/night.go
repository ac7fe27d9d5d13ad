package desk

import (
	"context"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/store"
)

// night is a job of the small hours, once on a local date. It takes longer than a transaction should, so it
// is marked as done after it was done: it must not matter when it is done twice.
type night struct {
	name string
	at   TimeOfDay
	part part
	do   func(ctx context.Context, now time.Time) error
}

// checkAt comes before a backup is made of the file.
var checkAt = TimeOfDay{3, 5}

// eraseAt comes after the hour that daylight saving takes away or gives twice.
var eraseAt = TimeOfDay{4, 15}

// againAfter is how long a job of the night that failed is left alone.
const againAfter = time.Hour

func (d *Desk) nights() []night {
	list := []night{{"check", checkAt, partFile, d.store.Recheck}}
	if d.backup != nil {
		list = append(list, night{"backup", d.BackupAt, partBackup, d.backup})
	}
	return append(list, night{"retention", eraseAt, partErase, d.retention})
}

// KeepNights does every job of the night whose hour has come today and that was not done yet. One that
// fails keeps no other from being done, and is tried again after an hour.
func (d *Desk) KeepNights(ctx context.Context) (failed []error) {
	d.nightly.Lock()
	defer d.nightly.Unlock()
	now := d.now()
	for _, n := range d.nights() {
		if err := d.keepNight(ctx, n, now); err != nil && ctx.Err() == nil {
			failed = append(failed, fmt.Errorf("doing job %s: %w", n.name, err))
		}
	}
	return failed
}

func (d *Desk) keepNight(ctx context.Context, n night, now time.Time) error {
	today := d.House.Today(now)
	if now.Before(n.at.On(now, d.House.Location)) || now.Before(d.retry[n.name]) {
		return nil
	}
	done := false
	err := d.store.View(ctx, func(tx *store.Tx) (err error) {
		done, err = tx.JobRan(n.name, today)
		return err
	})
	if err != nil || done {
		return err
	}
	err = n.do(ctx, now)
	if err == nil {
		err = d.store.Update(ctx, func(tx *store.Tx) error { return tx.MarkJob(n.name, today, now) })
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	d.health.note(n.part, now, err)
	if err != nil {
		d.retry[n.name] = now.Add(againAfter)
		return err
	}
	d.log.Info("job done", logJob, n.name)
	d.queued()
	return nil
}

// keepNights is for the timetable: what fails is told by the watch.
func (d *Desk) keepNights(ctx context.Context) {
	for _, err := range d.KeepNights(ctx) {
		d.log.Error("timetable", logError, err.Error())
	}
}
