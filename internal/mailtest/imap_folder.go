package mailtest

import (
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// folder holds mails in the order of their UIDs. It belongs to an IMAP, whose lock guards it.
type folder struct {
	name        string
	uidValidity uint32
	uidNext     imap.UID
	messages    []*message
	version     int // counts arrivals and removals
	subscribed  bool
	specialUse  imap.MailboxAttr
}

type message struct {
	uid   imap.UID
	raw   []byte
	date  time.Time
	flags []imap.Flag
}

func (s *IMAP) create(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.createLocked(name)
}

func (s *IMAP) createLocked(name string) *folder {
	s.nextUV++
	f := &folder{name: name, uidValidity: s.nextUV, uidNext: 1}
	s.folders[name] = f
	return f
}

func (s *IMAP) namesLocked() []string {
	names := make([]string, 0, len(s.folders))
	for name := range s.folders {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (f *folder) add(raw []byte, at time.Time, flags []imap.Flag) *message {
	m := &message{uid: f.uidNext, raw: raw, date: at, flags: slices.Clone(flags)}
	f.uidNext++
	f.messages = append(f.messages, m)
	f.version++
	return m
}

// remove makes a new list, because sessions hold on to the old one.
func (f *folder) remove(which func(*message) bool) (removed []*message) {
	kept := make([]*message, 0, len(f.messages))
	for _, m := range f.messages {
		if which(m) {
			removed = append(removed, m)
		} else {
			kept = append(kept, m)
		}
	}
	if len(removed) > 0 {
		f.messages = kept
		f.version++
	}
	return removed
}

func (f *folder) renumbered(uidValidity uint32, first imap.UID) *folder {
	renewed := &folder{name: f.name, uidValidity: uidValidity, uidNext: first, subscribed: f.subscribed, specialUse: f.specialUse}
	for _, m := range f.messages {
		renewed.add(m.raw, m.date, m.flags)
	}
	return renewed
}

func (f *folder) status(o *imap.StatusOptions) *imap.StatusData {
	data := &imap.StatusData{Mailbox: f.name, UIDNext: f.uidNext, UIDValidity: f.uidValidity}
	count := func(keep func(*message) bool) *uint32 {
		n := uint32(0)
		for _, m := range f.messages {
			if keep(m) {
				n++
			}
		}
		return &n
	}
	data.NumMessages = count(func(*message) bool { return true })
	data.NumUnseen = count(func(m *message) bool { return !m.has(imap.FlagSeen) })
	data.NumDeleted = count(func(m *message) bool { return m.has(imap.FlagDeleted) })
	data.NumRecent = new(uint32)
	if o.Size {
		size := int64(0)
		for _, m := range f.messages {
			size += int64(len(m.raw))
		}
		data.Size = &size
	}
	return data
}

func (m *message) has(flag imap.Flag) bool {
	return slices.ContainsFunc(m.flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}

func (m *message) store(change *imap.StoreFlags) {
	switch change.Op {
	case imap.StoreFlagsSet:
		m.flags = slices.Clone(change.Flags)
	case imap.StoreFlagsAdd:
		for _, flag := range change.Flags {
			if !m.has(flag) {
				m.flags = append(m.flags, flag)
			}
		}
	case imap.StoreFlagsDel:
		m.flags = slices.DeleteFunc(m.flags, func(f imap.Flag) bool { return slices.Contains(change.Flags, f) })
	}
}

// matches answers SEARCH for what mail programs of our kind ask: numbers, arrival dates, flags, header fields, text.
func (m *message) matches(seq uint32, c *imap.SearchCriteria) bool {
	for _, set := range c.SeqNum {
		if !set.Contains(seq) {
			return false
		}
	}
	for _, set := range c.UID {
		if !set.Contains(m.uid) {
			return false
		}
	}
	for _, flag := range c.Flag {
		if !m.has(flag) {
			return false
		}
	}
	for _, flag := range c.NotFlag {
		if m.has(flag) {
			return false
		}
	}
	return m.arrived(c.Since, c.Before) && m.says(c) && m.nested(seq, c)
}

// arrived compares dates only, in the zone of the mail (RFC 3501 §6.4.4).
func (m *message) arrived(since, before time.Time) bool {
	day := time.Date(m.date.Year(), m.date.Month(), m.date.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

func (m *message) says(c *imap.SearchCriteria) bool {
	for _, field := range c.Header {
		if !headerContains(m.raw, field.Key, field.Value) {
			return false
		}
	}
	for _, text := range append(slices.Clone(c.Text), c.Body...) {
		if !strings.Contains(strings.ToLower(string(m.raw)), strings.ToLower(text)) {
			return false
		}
	}
	return true
}

func (m *message) nested(seq uint32, c *imap.SearchCriteria) bool {
	for i := range c.Not {
		if m.matches(seq, &c.Not[i]) {
			return false
		}
	}
	for i := range c.Or {
		if !m.matches(seq, &c.Or[i][0]) && !m.matches(seq, &c.Or[i][1]) {
			return false
		}
	}
	return true
}

func headerContains(raw []byte, key, value string) bool {
	header, _ := splitMail(raw)
	for line := range strings.Lines(unfold(string(header))) {
		name, content, ok := strings.Cut(line, ":")
		if ok && strings.EqualFold(name, key) && strings.Contains(strings.ToLower(content), strings.ToLower(value)) {
			return true
		}
	}
	return false
}

func unfold(header string) string {
	return strings.NewReplacer("\r\n ", " ", "\r\n\t", " ", "\n ", " ", "\n\t", " ").Replace(header)
}

// splitMail cuts behind the empty line that ends the header.
func splitMail(raw []byte) (header, text []byte) {
	s := string(raw)
	for _, gap := range []string{"\r\n\r\n", "\n\n"} {
		if i := strings.Index(s, gap); i >= 0 {
			return raw[:i+len(gap)], raw[i+len(gap):]
		}
	}
	return raw, nil
}

// section cuts what a FETCH asks out of a mail, byte for byte; only whole mails, headers and texts can be had.
func (m *message) section(want *imap.FetchItemBodySection) []byte {
	header, text := splitMail(m.raw)
	content := m.raw
	switch want.Specifier {
	case imap.PartSpecifierHeader:
		content = header
	case imap.PartSpecifierText:
		content = text
	}
	if want.Partial == nil {
		return content
	}
	from := min(want.Partial.Offset, int64(len(content)))
	return content[from:min(from+want.Partial.Size, int64(len(content)))]
}
