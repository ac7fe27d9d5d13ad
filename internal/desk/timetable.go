package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// job is something that happens once for a local date, from a time of day. It is marked as done in
// the transaction that does it, so neither a restart nor a clock that is put back does it twice.
type job struct {
	name string
	at   TimeOfDay
	// serves is the date that the job is done for when it is done on a given day; false when there is none.
	serves func(today workday.Date) (workday.Date, bool)
	do     func(tx *store.Tx, now time.Time) error
}

func (d *Desk) jobs() []job {
	return []job{
		{name: "digest", at: d.DigestAt, serves: d.digestDay, do: d.digest},
		{name: "reminders", at: d.RemindAt, serves: d.workingDay, do: d.sweep},
		{name: "annual", at: d.RemindAt, serves: d.annualDay, do: d.annual},
	}
}

// workingDay serves a working day on the day itself.
func (d *Desk) workingDay(today workday.Date) (workday.Date, bool) {
	return today, d.House.Calendar.IsWorkingDay(today, workday.Ours)
}

// KeepTime does every job whose time has come today and that was not done yet. It is called by the
// timetable, at the start (what passed while the daemon was down), and by tick.
func (d *Desk) KeepTime(ctx context.Context) error {
	now := d.now()
	for _, j := range d.jobs() {
		if err := d.keep(ctx, j, now); err != nil {
			return fmt.Errorf("doing job %s: %w", j.name, err)
		}
	}
	return nil
}

func (d *Desk) keep(ctx context.Context, j job, now time.Time) error {
	day, due := j.serves(d.House.Today(now))
	if !due || now.Before(j.at.On(now, d.House.Location)) {
		return nil
	}
	done := false
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		ran, err := tx.JobRan(j.name, day)
		if err != nil || ran {
			return err
		}
		done = true
		if err := j.do(tx, now); err != nil {
			return err
		}
		return tx.MarkJob(j.name, day, now)
	})
	if err == nil && done {
		d.log.Info("job done", logJob, j.name)
		d.queued()
	}
	return err
}

// timetable runs the jobs at their hour and the watch every minute. A job that still runs is not
// started again, and one that panics is not lost for ever: the order of the chain matters.
func (d *Desk) timetable(ctx context.Context) (*cron.Cron, error) {
	logger := cronLog{d.log}
	table := cron.New(cron.WithLocation(d.House.Location), cron.WithLogger(logger), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	for _, j := range d.jobs() {
		if _, err := table.AddFunc(fmt.Sprintf("%d %d * * *", j.at.Minute, j.at.Hour), func() { d.keepTime(ctx) }); err != nil {
			return nil, err
		}
	}
	if _, err := table.AddFunc("* * * * *", func() { d.keepNights(ctx) }); err != nil {
		return nil, err
	}
	_, err := table.AddFunc("* * * * *", func() { d.everyMinute(ctx) })
	return table, err
}

// keepTime keeps time and notes how that went: silence of the timetable is noticed too.
func (d *Desk) keepTime(ctx context.Context) {
	err := d.KeepTime(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		d.log.Error("timetable", logError, err.Error())
	}
	d.health.note(partTimetable, d.now(), err)
}

// everyMinute catches a job that was missed (a machine that slept), wakes the sender for what was
// waiting, and sees whether something has been silent for too long.
func (d *Desk) everyMinute(ctx context.Context) {
	d.beat.Store(d.now().Unix())
	d.keepTime(ctx)
	d.queued()
	if err := d.Watch(ctx); err != nil && ctx.Err() == nil {
		d.log.Error("watching", logError, err.Error())
	}
}
