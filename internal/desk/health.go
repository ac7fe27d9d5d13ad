package desk

import (
	"context"
	"fmt"
	"sync"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// part is something that must not fall silent.
type part string

const (
	partPoll      part = "poll"
	partSend      part = "send"
	partTimetable part = "timetable"
	partStore     part = "store"
	partFile      part = "file"
	partQueue     part = "queue"
	partBackup    part = "backup"
	partErase     part = "erase"
)

// allParts lists every part, the most urgent first.
func allParts() []part {
	return []part{partStore, partFile, partPoll, partSend, partQueue, partTimetable, partBackup, partErase}
}

// described tells the operator what a part does and what its silence means, in Dutch.
func (p part) described() string {
	switch p {
	case partPoll:
		return "De mailbox kan niet worden gelezen. Nieuwe klachten worden nu niet gezien."
	case partSend:
		return "De mailserver neemt geen mail aan. Wat verstuurd moet worden, staat in de wachtrij."
	case partTimetable:
		return "De dagelijkse taken lopen niet. Herinneringen gaan nu niet uit."
	case partStore:
		return "De database doet het niet. Er wordt nu niets geregistreerd."
	case partFile:
		return "De dagelijkse controle van het databasebestand is mislukt. Is het bestand beschadigd, stop klachtd dan en zet een reservekopie terug met klachtd restore."
	case partQueue:
		return "Mail in de wachtrij komt niet weg."
	case partBackup:
		return "Er kon geen reservekopie worden gemaakt. Gaat de database nu verloren, dan is wat na de vorige kopie kwam weg."
	case partErase:
		return "Dossiers waarvan de bewaartermijn voorbij is, konden niet worden gewist. Het wordt ieder uur opnieuw geprobeerd."
	}
	return string(p)
}

// health knows since when each part fails, and whether the operator was told.
type health struct {
	mu    sync.Mutex
	after time.Duration
	parts map[part]*silence
}

type silence struct {
	since  time.Time
	reason string
	told   bool
	over   bool // it works again, and the operator was told that it did not
}

func newHealth(after time.Duration) *health {
	return &health{after: after, parts: map[part]*silence{}}
}

// note records how a part did at an instant.
func (h *health) note(p part, at time.Time, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.parts[p]
	switch {
	case err == nil && s != nil && s.told:
		s.over = true
	case err == nil:
		delete(h.parts, p)
	case s == nil:
		h.parts[p] = &silence{since: at, reason: err.Error()}
	default:
		s.reason, s.over = err.Error(), false
	}
}

// news is something that the operator must be told.
type news struct {
	part    part
	silence silence
}

// tell lists what the operator must hear now; telling is confirmed with told.
func (h *health) tell(now time.Time) (list []news) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range allParts() {
		if s := h.parts[p]; s != nil && (s.over || (!s.told && now.Sub(s.since) >= h.after)) {
			list = append(list, news{p, *s})
		}
	}
	return list
}

// told confirms that the operator's mail is queued.
func (h *health) told(n news) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n.silence.over {
		delete(h.parts, n.part)
	} else if s := h.parts[n.part]; s != nil {
		s.told = true
	}
}

// Failing says in a few words what does not work now, "" when everything does; for systemd and /healthz.
func (d *Desk) Failing() string {
	d.health.mu.Lock()
	defer d.health.mu.Unlock()
	for _, p := range allParts() {
		if s := d.health.parts[p]; s != nil && !s.over {
			return string(p) + ": " + s.reason
		}
	}
	return ""
}

// Polled takes note of how a round of the mailbox went.
func (d *Desk) Polled(err error) { d.health.note(partPoll, d.now(), err) }

// Watch looks whether something has been silent for too long, and tells the operator: one alert
// when it starts, one notice when it is over.
func (d *Desk) Watch(ctx context.Context) error {
	now := d.now()
	d.health.note(partStore, now, d.store.Probe(ctx))
	if err := d.watchQueue(ctx, now); err != nil {
		return err
	}
	for _, n := range d.health.tell(now) {
		if err := d.alert(ctx, now, n); err != nil {
			return fmt.Errorf("alerting the operator: %w", err)
		}
		d.health.told(n)
	}
	return nil
}

// watchQueue notices mail that should have been sent long ago.
func (d *Desk) watchQueue(ctx context.Context, now time.Time) error {
	return d.store.View(ctx, func(tx *store.Tx) error {
		oldest, ok, err := tx.OldestWaiting(now)
		if err != nil {
			return err
		}
		held, err := tx.Held()
		if err != nil {
			return err
		}
		var late error
		if ok && held.IsZero() && now.Sub(oldest) >= d.health.after {
			late = fmt.Errorf("a mail has been waiting since %s", oldest.UTC().Format(time.RFC3339))
		}
		d.health.note(partQueue, now, late)
		return nil
	})
}

// alert queues a mail to the operator. It names no complaint.
func (d *Desk) alert(ctx context.Context, now time.Time, n news) error {
	d.log.Error("alert", logPart, string(n.part), "over", n.silence.over, logError, n.silence.reason)
	notice := letter.Notice{
		Kind: complaint.LetterAlert, To: complaint.Recipient{Role: complaint.RoleOperator, Person: d.Operator},
		Subject: "klachtd: storing", Text: n.part.described() + "\n\nMet klachtd check ziet u wat er aan de hand is en wat eraan te doen is, met klachtd queue wat er wacht.",
		Lines: []string{"sinds: " + d.moment(n.silence.since), "melding: " + n.silence.reason},
	}
	if n.silence.over {
		notice.Subject, notice.Text = "klachtd: storing voorbij", "Het werkt weer. Dit was er aan de hand: "+n.part.described()
	}
	return d.notify(ctx, now, notice)
}

// moment is an instant as people write it, for the operator.
func (d *Desk) moment(at time.Time) string {
	return d.House.Today(at).Long() + ", " + at.In(d.House.Location).Format("15:04") + " uur"
}

// notify renders and queues a mail that is about no case, in a transaction of its own.
func (d *Desk) notify(ctx context.Context, now time.Time, notice letter.Notice) error {
	err := d.store.Update(ctx, func(tx *store.Tx) error { return d.notifyIn(tx, now, notice) })
	d.queued()
	return err
}

func (d *Desk) notifyIn(tx *store.Tx, now time.Time, notice letter.Notice) (err error) {
	if notice.To.Person.Email == "" {
		return nil
	}
	why := cause{now: now, by: complaint.RoleSystem}
	if notice.Envelope, err = d.envelope(tx, "", notice.Kind, why, notice.To.Role); err != nil {
		return err
	}
	mail, err := d.letters.Notice(notice)
	if err != nil {
		return err
	}
	return d.enqueue(tx, mail, why)
}

// refused tells the operator that a mail about no single case (a list of reminders, a question, a
// notice) did not arrive: nobody else would notice. Of an alert that was refused nobody can be told.
func (d *Desk) refused(tx *store.Tx, now time.Time, q store.Queued, status string) error {
	if q.Mail.Kind == complaint.LetterAlert {
		return nil
	}
	return d.notifyIn(tx, now, letter.Notice{
		Kind: complaint.LetterAlert, To: complaint.Recipient{Role: complaint.RoleOperator, Person: d.Operator},
		Subject: "klachtd: een mail is niet aangekomen",
		Text:    "Een mail aan de " + q.Mail.Role.Label() + " is niet aangekomen. Controleer het adres in de configuratie. Daarna kunt u de mail opnieuw versturen met: klachtd queue retry",
		Lines:   []string{fmt.Sprintf("nummer in de wachtrij: %d", q.ID), "soort: " + q.Mail.Kind.Label(), "status: " + status},
	})
}

// Unreadable tells the manager that a mail in the mailbox could not be read: it stays where it is, and a person must look.
func (d *Desk) Unreadable(ctx context.Context, folder string, uid uint32) error {
	return d.notify(ctx, d.now(), letter.Notice{
		Kind: complaint.LetterUnreadable, To: complaint.Recipient{Role: complaint.RoleManager, Person: d.House.Manager},
		Subject: "Een bericht in de mailbox kan niet worden gelezen",
		Text:    "In de mailbox staat een bericht dat wij niet konden lezen, ook niet na een paar pogingen. Het is niet verwijderd en niet verplaatst.\n\nWilt u het zelf bekijken? Is het een klacht, sleep het bericht dan naar de map voor klachten, of vraag de beheerder om de klacht te registreren.",
		Lines:   []string{"map: " + folder, fmt.Sprintf("nummer in de map (UID): %d", uid)},
	})
}
