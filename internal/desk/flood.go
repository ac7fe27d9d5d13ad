package desk

import (
	"context"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// flood is a limit that was reached, by the name under which it is remembered that the operator was told.
type flood string

const (
	floodAddress flood = "flood-address"
	floodHour    flood = "flood-hour"
)

// flooded tells the operator, once a day for each limit, that mail waits because there is too much of it.
// Nothing is dropped, and no case or address is named.
func (d *Desk) flooded(tx *store.Tx, now time.Time, which flood) error {
	today := d.House.Today(now)
	told, err := tx.JobRan(string(which), today)
	if err != nil || told {
		return err
	}
	if err := tx.MarkJob(string(which), today, now); err != nil {
		return err
	}
	notice := letter.Notice{
		Kind: complaint.LetterAlert, To: complaint.Recipient{Role: complaint.RoleOperator, Person: d.Operator},
		Subject: "klachtd: er wacht mail",
		Text:    "Aan één adres is vandaag het grootste aantal mails gestuurd dat is toegestaan. Wat daarboven komt, gaat de volgende ochtend uit. Er gaat niets verloren. Misschien schrijven twee programma's elkaar: kijk dan welke klacht veel berichten heeft.",
		Lines:   []string{fmt.Sprintf("grens: %d mails per adres per dag (limits.replies_per_sender_per_day)", d.RepliesADay)},
	}
	if which == floodHour {
		notice.Text = "In een uur is het grootste aantal mails verstuurd dat is toegestaan. De rest wacht tot er weer ruimte is; ontvangstbevestigingen gaan voor. Er gaat niets verloren."
		notice.Lines = []string{fmt.Sprintf("grens: %d mails per uur (limits.mails_per_hour)", d.MailsAnHour)}
	}
	return d.notifyIn(tx, now, notice)
}

// hourIsFull tells of mails that wait because the hour allows no more.
func (d *Desk) hourIsFull(ctx context.Context, now time.Time) error {
	return d.store.Update(ctx, func(tx *store.Tx) error {
		if _, waiting, err := tx.OldestWaiting(now); err != nil || !waiting {
			return err // what was sent was all there was
		}
		return d.flooded(tx, now, floodHour)
	})
}
