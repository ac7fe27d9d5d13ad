package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"klikonderwijs.nl/klachtd/internal/store"
)

type queueCmd struct {
	List   queueListCmd   `cmd:"" default:"withargs" help:"Show mail that waits or failed, with its attempts."`
	Retry  queueRetryCmd  `cmd:"" help:"Send a mail again at once."`
	Cancel queueCancelCmd `cmd:"" help:"Never send a mail."`

	Release queueReleaseCmd `cmd:"" help:"Let a restored store send again."`
}

type queueListCmd struct {
	JSON bool `help:"Print JSON." name:"json"`
	pretending
}

type queueRetryCmd struct {
	ID int64 `arg:"" help:"Number of the mail in the queue."`
	pretending
}

type queueCancelCmd struct {
	ID int64 `arg:"" help:"Number of the mail in the queue."`
	pretending
}

// queuedMail is one mail of the queue.
type queuedMail struct {
	ID        int64       `json:"id"`
	Kind      string      `json:"kind"`
	Reference string      `json:"reference"`
	Role      string      `json:"role"`
	State     store.State `json:"state"`
	Queued    time.Time   `json:"queued"`
	Next      *time.Time  `json:"next"`
	Attempts  []tryToSend `json:"attempts"`
}

type tryToSend struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Answer  string    `json:"answer"`
}

// Run shows the queue. It names no recipient: klachtd show does, for one case.
func (q *queueListCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, _, err := c.openRegister(ctx, q.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	var mails []queuedMail
	held := ""
	err = r.store.View(ctx, func(tx *store.Tx) (err error) {
		if held, err = heldNotice(tx); err != nil {
			return err
		}
		waiting, err := tx.Waiting()
		for _, w := range waiting {
			mail := queuedMail{ID: w.ID, Kind: string(w.Mail.Kind), Reference: w.Mail.Reference, Role: string(w.Mail.Role), State: w.State, Queued: w.Queued, Attempts: []tryToSend{}}
			if !w.Next.IsZero() {
				mail.Next = &w.Next
			}
			attempts, err := tx.Attempts(w.ID)
			if err != nil {
				return err
			}
			for _, a := range attempts {
				mail.Attempts = append(mail.Attempts, tryToSend(a))
			}
			mails = append(mails, mail)
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.JSON {
		return printJSON(s.out, list(mails))
	}
	if held != "" {
		fmt.Fprintln(s.out, "HELD:", held+". This is what would be sent; klachtd queue release lets go.")
	}
	if len(mails) == 0 {
		fmt.Fprintln(s.out, "nothing waits, nothing failed")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tKIND\tCASE\tTO\tQUEUED\tNEXT\tATTEMPTS\tLAST ANSWER")
	for _, m := range mails {
		next, last := "-", "-"
		if m.Next != nil {
			next = m.Next.In(r.house.Location).Format("2006-01-02 15:04")
		}
		if n := len(m.Attempts); n > 0 {
			last = printable(m.Attempts[n-1].Answer)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", m.ID, m.State, m.Kind, or(m.Reference, "-"), m.Role, m.Queued.In(r.house.Location).Format("2006-01-02 15:04"), next, len(m.Attempts), last)
	}
	return w.Flush()
}

// Run puts a mail at the front of the queue; the daemon sends it within a minute.
func (q *queueRetryCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, clock, err := c.openRegister(ctx, q.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	return changeQueue(ctx, s, r, func(tx *store.Tx) (bool, error) { return tx.Retry(q.ID, clock()) }, "queued again")
}

// Run keeps a mail from being sent.
func (q *queueCancelCmd) Run(ctx context.Context, s streams, c *cli) error {
	r, _, err := c.openRegister(ctx, q.pretending)
	if err != nil {
		return err
	}
	defer r.store.Close()
	return changeQueue(ctx, s, r, func(tx *store.Tx) (bool, error) { return tx.Cancel(q.ID) }, "cancelled")
}

func changeQueue(ctx context.Context, s streams, r *register, change func(*store.Tx) (bool, error), done string) error {
	changed := false
	err := r.store.Update(ctx, func(tx *store.Tx) (err error) {
		changed, err = change(tx)
		return err
	})
	if err == nil && !changed {
		err = errors.New("no mail with that number waits or failed (klachtd queue shows them)")
	}
	if err == nil {
		fmt.Fprintln(s.out, done)
	}
	return err
}
