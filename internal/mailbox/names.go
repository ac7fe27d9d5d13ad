package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"
)

// naming is how a server names folders.
type naming struct {
	prefix    string // of the personal namespace, such as "INBOX." (RFC 2342)
	delimiter string // empty = the server knows no hierarchy
	rev2      bool   // IMAP4rev2 is announced
}

// server gives the server's name of a configured folder: "/" becomes the delimiter, and the prefix is added once.
// The library sends names in UTF-8 to servers that announce IMAP4rev2, which they accept only after ENABLE, and which
// some announce without having it; there only ASCII names are safe.
func (n naming) server(folder string) (string, error) {
	if strings.EqualFold(folder, "INBOX") {
		return "INBOX", nil
	}
	if n.rev2 && strings.ContainsFunc(folder, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", fmt.Errorf("naming folder %q: this server needs a name without accents", folder)
	}
	name := folder
	if n.delimiter != "" {
		name = strings.ReplaceAll(folder, "/", n.delimiter)
	}
	if strings.HasPrefix(strings.ToUpper(name), strings.ToUpper(n.prefix)) {
		return n.prefix + name[len(n.prefix):], nil
	}
	return n.prefix + name, nil
}

// sound says whether a configured name can be one: a wildcard would match other folders in LIST.
func sound(folder string) bool {
	if folder == "" {
		return true
	}
	for step := range strings.SplitSeq(folder, "/") {
		if step == "" || strings.ContainsAny(step, "*%") || strings.ContainsFunc(step, unicode.IsControl) {
			return false
		}
	}
	return true
}

func (s *session) learnNames(ctx context.Context) error {
	s.ready = make(map[string]bool)
	s.names.rev2 = s.caps.Has(imap.CapIMAP4rev2)
	if s.caps.Has(imap.CapNamespace) {
		known, err := s.learnNamespace(ctx)
		if known || err != nil {
			return err
		}
	}
	list, err := s.list(ctx, "") // LIST "" "" gives the delimiter (RFC 3501 §6.3.8)
	if refused(err) || len(list) == 0 {
		return nil
	}
	s.names.delimiter = text(list[0].Delim)
	return err
}

func (s *session) learnNamespace(ctx context.Context) (known bool, err error) {
	err = s.do(ctx, "asking for namespaces", s.cfg.Timeout, func() error {
		data, err := s.client.Namespace().Wait()
		if err == nil && len(data.Personal) > 0 {
			s.names.prefix, s.names.delimiter = data.Personal[0].Prefix, text(data.Personal[0].Delim)
			known = true
		}
		return err
	})
	if refused(err) {
		return false, nil
	}
	return known, err
}

func text(delimiter rune) string {
	if delimiter == 0 {
		return ""
	}
	return string(delimiter)
}

// list gives the folders of exactly this name.
func (s *session) list(ctx context.Context, name string) (list []*imap.ListData, err error) {
	err = s.do(ctx, "listing folders", s.cfg.Timeout, func() (err error) {
		list, err = s.client.List("", name, nil).Collect()
		return err
	})
	return list, err
}

// exists says whether a folder can hold messages. A parent that only structures is no such folder.
func (s *session) exists(ctx context.Context, name string) (bool, error) {
	list, err := s.list(ctx, name)
	if err != nil || len(list) == 0 {
		return false, err
	}
	for _, attr := range list[0].Attrs {
		if attr == imap.MailboxAttrNonExistent || attr == imap.MailboxAttrNoSelect {
			return false, nil
		}
	}
	return true, nil
}

// ensure gives a folder's name on the server, after making it where it is missing and subscribing to it, so that mail
// programs show it.
func (s *session) ensure(ctx context.Context, folder string) (name string, err error) {
	name, err = s.names.server(folder)
	if err != nil || s.ready[name] {
		return name, err
	}
	there, err := s.exists(ctx, name)
	if err != nil {
		return "", err
	}
	if !there {
		if err := s.create(ctx, folder, name); err != nil {
			return "", err
		}
	}
	s.ready[name] = true
	return name, nil
}

func (s *session) create(ctx context.Context, folder, name string) error {
	err := s.do(ctx, "making folder "+folder, s.cfg.Timeout, func() error { return s.client.Create(name, nil).Wait() })
	if err != nil && !refused(err, imap.ResponseCodeAlreadyExists) {
		return err
	}
	err = s.do(ctx, "subscribing to "+folder, s.cfg.Timeout, func() error { return s.client.Subscribe(name).Wait() })
	if errors.Is(err, errLost) {
		return err
	}
	return nil // a folder that is not subscribed to does its work all the same
}
