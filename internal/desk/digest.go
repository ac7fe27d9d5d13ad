package desk

import (
	"fmt"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// digestDay is the last day of the week's overview up to today. When nothing ran on that day (a day of
// rest, a machine that was off), the first working day after it serves for it.
func (d *Desk) digestDay(today workday.Date) (workday.Date, bool) {
	since := (int(today.Weekday()) - int(d.DigestOn) + 7) % 7
	return today.AddDays(-since), d.House.Calendar.IsWorkingDay(today, workday.Ours)
}

// digest tells the manager how the open cases stand. The deputy gets those that are about the manager,
// and nobody else does (Klachtenprocedure 3, 5). Where nothing is open, nothing is sent.
func (d *Desk) digest(tx *store.Tx, now time.Time) error {
	open, err := tx.Cases(store.Filter{Open: true})
	if err != nil {
		return err
	}
	digests := map[string]*letter.Digest{}
	for _, reference := range open {
		c, ok, err := d.load(tx, reference.String())
		if err != nil {
			return fmt.Errorf("reading %s: %w", reference, err)
		}
		manager, has := d.House.ManagerOf(c)
		if !ok || !has || manager.Email == "" {
			continue
		}
		to := strings.ToLower(manager.Email)
		if digests[to] == nil {
			digests[to] = &letter.Digest{To: complaint.Recipient{Role: complaint.RoleManager, Person: manager}, Today: d.House.Today(now)}
		}
		digests[to].Cases = append(digests[to].Cases, letter.DigestCase{Reference: c.Reference, Stage: c.Stage, Terms: d.House.Terms(c)})
	}
	for _, manager := range []complaint.Person{d.House.Manager, d.House.Deputy} {
		if list := digests[strings.ToLower(manager.Email)]; list != nil {
			if err := d.sendDigest(tx, now, *list); err != nil {
				return err
			}
			delete(digests, strings.ToLower(manager.Email))
		}
	}
	return nil
}

func (d *Desk) sendDigest(tx *store.Tx, now time.Time, list letter.Digest) (err error) {
	why := cause{now: now, by: complaint.RoleSystem}
	if list.Envelope, err = d.envelope(tx, "", complaint.LetterDigest, why, list.To.Role); err != nil {
		return err
	}
	mail, err := d.letters.Digest(list)
	if err != nil {
		return fmt.Errorf("writing digest: %w", err)
	}
	return d.enqueue(tx, mail, why)
}
