package desk

import (
	"io"

	"klikonderwijs.nl/klachtd/internal/command"
	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/letter"
	"klikonderwijs.nl/klachtd/internal/store"
)

// settle carries out the manager's answer about a doubtful mail (Klachtenprocedure 1). He may change his mind:
// what became a case is taken back there; what was forgotten still lies in the mailbox.
func (d *Desk) settle(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	done := verdict{what: store.VerdictFiled, reference: w.doubt.Reference, file: true}
	why := cause{now: a.now, by: complaint.RoleManager, answering: a.message}
	to := complaint.Recipient{Role: complaint.RoleManager, Person: d.House.Manager}
	answer := letter.Answer{To: to, Reference: w.doubt.Reference}
	order, misunderstood := command.Parse(w.line, w.text(a.message), complaint.RoleManager, true, d.House.Today(a.now))
	switch {
	case misunderstood != nil || order.Verb == complaint.VerbHelp:
		answer.Heading, answer.Text, answer.Buttons = "Wat u kunt doen", "Antwoord met een van deze woorden:", d.doubtItem(*w.doubt).Buttons
		answer.Lines = command.HelpLines(command.For(complaint.RoleManager, true))
		if misunderstood != nil && misunderstood.Word != "" {
			answer.Heading, answer.Text = "Niet uitgevoerd", misunderstood.Reason
		}
	case w.doubt.Became != "" && order.Verb == complaint.VerbComplaint:
		answer.Heading, answer.Text = "Dit was al gedaan", "Het bericht is al als klacht geregistreerd, met nummer "+w.doubt.Became+". Er is niets veranderd."
	case w.doubt.Became != "":
		return done, d.takeBack(tx, why, to, w.doubt.Became, order)
	case w.doubt.Settled() && order.Verb == complaint.VerbComplaint:
		answer.Heading = "Niet uitgevoerd"
		answer.Text = "U heeft eerder geantwoord dat dit bericht geen klacht is. Wij hebben de inhoud toen vergeten. Het bericht staat nog in de mailbox: sleep het naar de map voor klachten, dan wordt het alsnog geregistreerd. De termijnen tellen vanaf de dag waarop het binnenkwam."
	case w.doubt.Settled():
		answer.Heading, answer.Text = "Dit was al gedaan", "U heeft al geantwoord dat dit bericht geen klacht is. Er is niets veranderd."
	case order.Verb == complaint.VerbComplaint:
		reference, err := d.registerDoubt(tx, a, *w.doubt)
		if err != nil {
			return verdict{}, err
		}
		answer.Heading, answer.Text = "Genoteerd", "Het bericht is als klacht geregistreerd, met nummer "+reference+"."
	default:
		if err := tx.SettleDoubt(w.doubt.Reference, store.VerdictOrdinary, "", a.now); err != nil {
			return verdict{}, err
		}
		answer.Heading = "Genoteerd"
		answer.Text = "Het bericht is geen klacht. Wij hebben de inhoud vergeten. Het bericht zelf staat nog in de mailbox. Is het toch een klacht? Sleep het dan naar de map voor klachten."
	}
	return done, d.answer(tx, why, answer)
}

// takeBack carries out a changed mind in the case that a doubtful mail became.
func (d *Desk) takeBack(tx *store.Tx, why cause, to complaint.Recipient, reference string, order complaint.Order) error {
	c, ok, err := d.load(tx, reference)
	if err != nil || !ok {
		return err
	}
	if manager, ok := d.House.ManagerOf(c); !ok || !complaint.SameAddress(manager.Email, to.Person.Email) {
		return d.answer(tx, why, letter.Answer{To: to, Reference: reference, Heading: "Niet uitgevoerd", Text: "U heeft in deze klacht geen taak. Er is niets veranderd."})
	}
	return d.carry(tx, c, why, to, order)
}

// dropped settles a doubt about a mail that a colleague dragged to the folder of complaints: that is an answer too.
func (d *Desk) dropped(tx *store.Tx, a *arrival, doubt store.Doubt) (verdict, error) {
	if doubt.Became != "" {
		return verdict{what: store.VerdictComplaint, reference: doubt.Became, file: true}, nil
	}
	opened, err := d.register(tx, a)
	if err != nil {
		return verdict{}, err
	}
	return opened, tx.SettleDoubt(doubt.Reference, store.VerdictComplaint, opened.reference, a.now)
}

// distrustDoubt reports an unproved answer about a doubtful mail; the doubt stays open.
func (d *Desk) distrustDoubt(tx *store.Tx, a *arrival, w answers) (verdict, error) {
	answer := letter.Answer{
		To: complaint.Recipient{Role: complaint.RoleManager, Person: d.House.Manager}, Reference: w.doubt.Reference,
		Heading: "Niet uitgevoerd", Text: "Er kwam een antwoord binnen op de vraag over dit bericht, maar " + w.reason + ". Er is niets gedaan. De vraag staat nog open.",
		Buttons: d.doubtItem(*w.doubt).Buttons,
	}
	return verdict{what: store.VerdictFiled, reference: w.doubt.Reference}, d.answer(tx, cause{now: a.now, by: complaint.RoleSystem}, answer)
}

// registerDoubt opens a case with a mail that was doubtful; its terms count from its own receipt.
func (d *Desk) registerDoubt(tx *store.Tx, a *arrival, doubt store.Doubt) (string, error) {
	original, err := tx.OpenOriginal(doubt.Original)
	if err != nil {
		return "", err
	}
	message := d.reader.Parse(original, doubt.Received)
	if err := original.Close(); err != nil {
		return "", err
	}
	doubted := &arrival{
		Arrival: Arrival{Received: doubt.Received, Truncated: doubt.TooLarge, Body: unread{}, message: message, reading: d.reader.Judge(message)},
		now:     a.now, digest: doubt.Original,
	}
	opened, err := d.register(tx, doubted)
	if err != nil {
		return "", err
	}
	return opened.reference, tx.SettleDoubt(doubt.Reference, store.VerdictComplaint, opened.reference, a.now)
}

// unread stands for a body that is stored already.
type unread struct{ io.ReadSeeker }

// doubtItem is a doubtful mail as the manager is asked about it.
func (d *Desk) doubtItem(doubt store.Doubt) letter.DoubtItem {
	received := d.House.Today(doubt.Received)
	item := letter.DoubtItem{Reference: doubt.Reference, Received: received, AckBy: d.House.AcknowledgeBy(received).Last}
	for _, verb := range []complaint.Verb{complaint.VerbComplaint, complaint.VerbNoComplaint} {
		entry, _ := command.Lookup(verb)
		item.Buttons = append(item.Buttons, letter.Button{Label: entry.Label, Command: entry.Word})
	}
	return item
}
