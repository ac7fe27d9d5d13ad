package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
	"klikonderwijs.nl/klachtd/internal/workday"
)

// sweep does what this morning asks: incomplete complaints go on, and what falls due for one person
// comes in one mail, most urgent first. All or nothing, in one transaction; a second sweep of the
// same day finds nothing to do.
func (d *Desk) sweep(tx *store.Tx, now time.Time) error {
	today := d.House.Today(now)
	due, err := tx.Due(today)
	if err != nil {
		return err
	}
	lists := map[string]*letter.Reminders{}
	for _, reference := range due {
		if err := d.sweepCase(tx, now, reference, lists); err != nil {
			return fmt.Errorf("sweeping %s: %w", reference, err)
		}
	}
	if err := d.sweepDoubts(tx, today, lists); err != nil {
		return fmt.Errorf("sweeping doubts: %w", err)
	}
	return d.remind(tx, now, lists)
}

func (d *Desk) sweepCase(tx *store.Tx, now time.Time, reference complaint.Reference, lists map[string]*letter.Reminders) error {
	c, ok, err := d.load(tx, reference.String())
	if err != nil || !ok {
		return err
	}
	asked := d.House.Sweep(now, c)
	c, err = d.commit(tx, c, cause{now: now, by: complaint.RoleSystem}, asked.Outcome)
	if err != nil {
		return err
	}
	for _, duty := range asked.Duties {
		for _, to := range duty.To {
			list := listFor(lists, to)
			list.Items = append(list.Items, letter.ReminderItem{
				Role: to.Role, Duty: duty, Today: d.House.Today(now), Open: openWork(c, duty),
				Buttons: d.buttons(c, to.Role, d.House.OptionsOf(duty.Term.Kind, c, to.Role)),
			})
		}
	}
	return nil
}

// sweepDoubts reminds the manager, every working day from the next, of mails that still wait for an
// answer: doubt is never resolved by silence (Klachtenprocedure 1, 4).
func (d *Desk) sweepDoubts(tx *store.Tx, today workday.Date, lists map[string]*letter.Reminders) error {
	doubts, err := tx.OpenDoubts()
	if err != nil {
		return err
	}
	for _, doubt := range doubts {
		if d.House.Calendar.WorkingDaysBetween(d.House.Today(doubt.Asked), today, workday.Ours) > 0 {
			list := listFor(lists, complaint.Recipient{Role: complaint.RoleManager, Person: d.House.Manager})
			list.Doubts = append(list.Doubts, d.doubtItem(doubt))
		}
	}
	return nil
}

// openWork tells what a duty still asks for; measures by number only, since reminders carry no content.
func openWork(c complaint.Case, duty complaint.Duty) (open []string) {
	if duty.Term.Kind != complaint.TermMeasures {
		return nil
	}
	for _, m := range c.OpenMeasures() {
		line := fmt.Sprintf("maatregel %d", m.Number)
		if !m.Due.IsZero() {
			line += ", gepland voor " + m.Due.Long()
		}
		open = append(open, line)
	}
	return open
}

// listFor is the one list of a person, whatever roles he has.
func listFor(lists map[string]*letter.Reminders, to complaint.Recipient) *letter.Reminders {
	key := strings.ToLower(to.Person.Email)
	if lists[key] == nil {
		lists[key] = &letter.Reminders{To: to}
	}
	return lists[key]
}

// remind renders the lists and queues them, in a fixed order.
func (d *Desk) remind(tx *store.Tx, now time.Time, lists map[string]*letter.Reminders) error {
	keys := make([]string, 0, len(lists))
	for key := range lists {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		list := lists[key]
		slices.SortStableFunc(list.Items, func(a, b letter.ReminderItem) int { return a.Duty.Term.Due.Compare(b.Duty.Term.Due) })
		why := cause{now: now, by: complaint.RoleSystem}
		var err error
		if list.Envelope, err = d.envelope(tx, "", complaint.LetterReminder, why, list.To.Role); err != nil {
			return err
		}
		mail, err := d.letters.Reminders(*list)
		if err != nil {
			return fmt.Errorf("writing reminders: %w", err)
		}
		if err := d.enqueue(tx, mail, why); err != nil {
			return err
		}
	}
	return nil
}
