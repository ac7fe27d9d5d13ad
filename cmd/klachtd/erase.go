package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/mailbox"
)

type eraseCmd struct {
	Reference string `arg:"" optional:"" help:"The case, such as K-2026-0007." name:"ref"`
	Reason    string `help:"Why, for the record of the erasure; name nobody in it." placeholder:"R"`
	Due       bool   `help:"The cases whose time is over, instead of one: list them."`
	Confirm   int    `help:"With --due: erase them, when there are exactly so many." placeholder:"N"`
	pretending
}

// Run erases a case on request (the right to be forgotten), or what a night did not dare to erase by itself. A
// daemon may run.
func (e *eraseCmd) Run(ctx context.Context, s streams, c *cli) error {
	if e.Due == (e.Reference != "") {
		return errors.New("name one case, or --due")
	}
	a, clock, err := c.assembleBeside(ctx, s, e.pretending)
	if err != nil {
		return err
	}
	defer a.Close()
	if e.Due {
		return e.due(ctx, s, a, clock())
	}
	reference, err := complaint.ParseReference(e.Reference)
	if err != nil {
		return err
	}
	if e.Reason == "" {
		return errors.New("say why: --reason \"verzoek van de indiener\"")
	}
	removal, err := a.desk.Erase(ctx, reference, clock(), complaint.RoleOperator, e.Reason)
	if err != nil {
		return err
	}
	if err := a.desk.Scrub(ctx); err != nil {
		return fmt.Errorf("%s was erased, but pieces of it may still be in the file (the next night takes them away): %w", reference, err)
	}
	fmt.Fprintf(s.out, "%s was erased\n", reference)
	printRemoval(s, removal, a.cfg)
	return nil
}

func (e *eraseCmd) due(ctx context.Context, s streams, a *app, now time.Time) error {
	expired, err := a.desk.Expired(ctx, now)
	if err != nil {
		return err
	}
	if e.Confirm == 0 {
		files, err := a.desk.Files(ctx)
		if err != nil {
			return err
		}
		for _, reference := range expired {
			fmt.Fprintln(s.out, reference)
		}
		fmt.Fprintf(s.out, "%d of %d files have been kept long enough; to erase them: klachtd erase --due --confirm %d\n", len(expired), files, len(expired))
		return nil
	}
	if e.Confirm != len(expired) {
		return fmt.Errorf("there are %d, not %d (klachtd erase --due lists them)", len(expired), e.Confirm)
	}
	removal, err := a.desk.EraseExpired(ctx, now, expired)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d files were erased\n", len(expired))
	printRemoval(s, removal, a.cfg)
	return nil
}

// printRemoval tells what a person still has to do by hand.
func printRemoval(s streams, r desk.Removal, cfg config.Config) {
	fmt.Fprintf(s.out, "in the mailbox %d messages were removed\n", r.Removed)
	if r.Marked > 0 {
		fmt.Fprintf(s.out, "%d are marked as deleted: this server cannot remove single messages, so empty the mailbox of deleted mail\n", r.Marked)
	}
	if r.Missing > 0 {
		fmt.Fprintf(s.out, "%d were not where klachtd had filed them: somebody moved or removed them\n", r.Missing)
	}
	if cfg.Backup.Dir != "" {
		fmt.Fprintf(s.out, "backups that still hold what was erased are gone after %d nights\n", cfg.Backup.Keep)
	}
}

// archive lets the desk remove from the mailbox what was filed there.
type archive struct{ box *mailbox.Box }

// Remove implements desk.Archive.
func (a archive) Remove(ctx context.Context, folder string, which []desk.Filed) (desk.Removal, error) {
	filed := make([]mailbox.Filed, len(which))
	for i, f := range which {
		filed[i] = mailbox.Filed(f)
	}
	removal, err := a.box.Remove(ctx, folder, filed)
	return desk.Removal(removal), err
}
