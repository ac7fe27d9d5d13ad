package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Inspection is what a look at the mailbox shows. Nothing is changed by looking.
type Inspection struct {
	Steps        []Step   // in the order taken; a step that failed is the last one, except among the folders
	Capabilities []string // after login, sorted
	Delimiter    string   // empty = the server knows no hierarchy
	Prefix       string   // of the personal namespace
	Idle, Move   bool
	UIDPlus      bool
	Folders      []FolderState
}

// Step is one thing that was tried.
type Step struct {
	Name string // connect, login, folders, or the configured name of a folder
	Err  error
}

// FolderState is what is known of one folder.
type FolderState struct {
	Name       string // as configured
	ServerName string
	Exists     bool   // where not, it will be made, unless it is the inbox
	Messages   uint32 // in it
	Rights     string // RFC 4314 letters; empty = the server does not say
	Missing    string // the rights that are needed and not granted
	SpecialUse string // another folder that the server itself uses for this, such as "Verzonden" for \Sent
}

// Inspect looks at everything that a run depends on: connection, login, capabilities, folders and the rights in them.
// The error is that of the first step that failed.
func (b *Box) Inspect(ctx context.Context) (Inspection, error) {
	var report Inspection
	s, err := b.greet(ctx)
	if report.step("connect", err) != nil {
		return report, fmt.Errorf("connecting: %w", err)
	}
	defer s.close()
	if err := report.step("login", s.login(ctx)); err != nil {
		s.cut()
		return report, err
	}
	if err := report.step("folders", s.survey(ctx, &report)); err != nil {
		return report, err
	}
	return report, s.inspectFolders(ctx, &report)
}

func (i *Inspection) step(name string, err error) error {
	i.Steps = append(i.Steps, Step{Name: name, Err: err})
	return err
}

// survey learns what the server can do and how it names folders.
func (s *session) survey(ctx context.Context, report *Inspection) error {
	if err := s.learnCapabilities(ctx); err != nil {
		return err
	}
	if err := s.learnNames(ctx); err != nil {
		return err
	}
	for c := range s.caps {
		report.Capabilities = append(report.Capabilities, string(c))
	}
	slices.Sort(report.Capabilities)
	report.Delimiter, report.Prefix = s.names.delimiter, s.names.prefix
	report.Idle, report.Move, report.UIDPlus = s.caps.Has(imap.CapIdle), s.caps.Has(imap.CapMove), s.caps.Has(imap.CapUIDPlus)
	return nil
}

// What has to be allowed (RFC 4314 §4): to move a message away, and to put one in.
const (
	rightsToTake = "lrte"
	rightsToPut  = "li"
)

func (s *session) inspectFolders(ctx context.Context, report *Inspection) (first error) {
	folders := s.cfg.Folders
	for _, want := range []struct{ name, rights string }{
		{folders.Inbox, rightsToTake}, {folders.Drop, rightsToTake}, {folders.Registered, rightsToPut}, {folders.Sent, rightsToPut},
	} {
		if want.name == "" {
			continue
		}
		state, err := s.inspectFolder(ctx, want.name, want.rights)
		switch {
		case err != nil || state.Exists:
		case want.name == folders.Inbox:
			err = errNoInbox
		case want.name == folders.Sent:
			state.SpecialUse, err = s.specialUse(ctx, imap.MailboxAttrSent)
		}
		report.Folders = append(report.Folders, state)
		if report.step(want.name, err) != nil && first == nil {
			first = err
		}
	}
	return first
}

func (s *session) inspectFolder(ctx context.Context, folder, needed string) (state FolderState, err error) {
	state.Name = folder
	if state.ServerName, err = s.names.server(folder); err != nil {
		return state, err
	}
	if state.Exists, err = s.exists(ctx, state.ServerName); err != nil || !state.Exists {
		return state, err
	}
	err = s.do(ctx, "asking about "+folder, s.cfg.Timeout, func() error {
		status, err := s.client.Status(state.ServerName, &imap.StatusOptions{NumMessages: true}).Wait()
		if err == nil && status.NumMessages != nil {
			state.Messages = *status.NumMessages
		}
		return err
	})
	if err != nil || !s.caps.Has(imap.CapACL) {
		return state, err
	}
	err = s.do(ctx, "asking for rights in "+folder, s.cfg.Timeout, func() error {
		rights, err := s.client.MyRights(state.ServerName).Wait()
		if err == nil {
			state.Rights = rights.Rights.String()
			state.Missing = lacking(state.Rights, needed)
		}
		return err
	})
	return state, err
}

// lacking lists the letters that are needed and not granted. Older servers grant t and e together as d (RFC 4314 §2.1.1).
func lacking(granted, needed string) string {
	if strings.Contains(granted, "d") {
		granted += "te"
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(granted, r) {
			return -1
		}
		return r
	}, needed)
}

var errNoInbox = errors.New("the folder does not exist")

// specialUse finds the folder that the server gives a use (RFC 6154); empty = none.
func (s *session) specialUse(ctx context.Context, use imap.MailboxAttr) (name string, err error) {
	if !s.caps.Has(imap.CapSpecialUse) {
		return "", nil
	}
	err = s.do(ctx, "listing folders", s.cfg.Timeout, func() error {
		list, err := s.client.List("", "*", &imap.ListOptions{ReturnSpecialUse: true}).Collect()
		for _, folder := range list {
			if slices.Contains(folder.Attrs, use) {
				name = folder.Mailbox
			}
		}
		return err
	})
	if refused(err) {
		return "", nil
	}
	return name, err
}
