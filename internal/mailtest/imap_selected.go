package mailtest

import (
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// numbered is a mail with its sequence number.
type numbered struct {
	seq uint32
	*message
}

// chosen gives the mails of the client's view that a set names and that are still there; the caller holds the lock.
func (s *session) chosen(set imap.NumSet) (list []numbered) {
	alive := s.alive()
	for i, m := range s.view {
		if seq := uint32(i + 1); alive(m) && s.names(set, seq, m.uid) {
			list = append(list, numbered{seq, m})
		}
	}
	return list
}

func (s *session) alive() func(*message) bool {
	if s.version == s.folder.version {
		return func(*message) bool { return true }
	}
	current := make(map[*message]bool, len(s.folder.messages))
	for _, m := range s.folder.messages {
		current[m] = true
	}
	return func(m *message) bool { return current[m] }
}

// names says whether a set names a mail. "*" is the last mail there is, so that n:* names it even when its
// number is below n (RFC 3501 §6.4.8).
func (s *session) names(set imap.NumSet, seq uint32, uid imap.UID) bool {
	last := seq == uint32(len(s.view))
	switch set := set.(type) {
	case imap.SeqSet:
		return set.Contains(seq) || (last && set.Dynamic())
	case imap.UIDSet:
		return set.Contains(uid) || (last && set.Dynamic())
	}
	return false
}

func (s *session) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	if _, err := s.suffer("SEARCH", nil); err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.fixStar(criteria)
	var uids imap.UIDSet
	var seqs imap.SeqSet
	alive := s.alive()
	for i, m := range s.view {
		if seq := uint32(i + 1); alive(m) && m.matches(seq, criteria) {
			uids.AddNum(m.uid)
			seqs.AddNum(seq)
		}
	}
	if kind == imapserver.NumKindSeq {
		return &imap.SearchData{All: seqs}, nil
	}
	return &imap.SearchData{All: uids}, nil
}

// fixStar puts the last UID in the place of "*", in either order: 9:* in a folder whose last UID is 5 is 5:9.
func (s *session) fixStar(criteria *imap.SearchCriteria) {
	for i, set := range criteria.UID {
		fixed := slices.Clone(set)
		for j, r := range fixed {
			if r.Stop == 0 && len(s.view) > 0 {
				last := s.view[len(s.view)-1].uid
				fixed[j] = imap.UIDRange{Start: min(max(r.Start, 1), last), Stop: max(r.Start, last)}
			}
		}
		criteria.UID[i] = fixed
	}
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	command := "FETCH"
	if len(o.BodySection) > 0 {
		command = "BODY"
	}
	fault, err := s.suffer(command, set)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	list := s.chosen(set)
	s.server.mu.Unlock()
	for _, m := range list {
		if fault != nil && fault.Hide && uint32(m.uid) == fault.UID {
			continue
		}
		if fault != nil && fault.Cut {
			return s.cutWithin(w, m, o)
		}
		if err := s.write(w, m, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) write(w *imapserver.FetchWriter, m numbered, o *imap.FetchOptions) error {
	answer := w.CreateMessage(m.seq)
	s.writeFacts(answer, m, o)
	for _, want := range o.BodySection {
		content := m.section(want)
		literal := answer.WriteBodySection(want, int64(len(content)))
		if _, err := literal.Write(content); err != nil {
			return err
		}
		if err := literal.Close(); err != nil {
			return err
		}
	}
	return answer.Close()
}

func (s *session) writeFacts(answer *imapserver.FetchResponseWriter, m numbered, o *imap.FetchOptions) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	for _, want := range o.BodySection {
		if !want.Peek && !m.has(imap.FlagSeen) {
			m.flags = append(m.flags, imap.FlagSeen)
		}
	}
	if o.UID {
		answer.WriteUID(m.uid)
	}
	if o.Flags {
		answer.WriteFlags(m.flags)
	}
	if o.InternalDate {
		answer.WriteInternalDate(m.date)
	}
	if o.RFC822Size {
		answer.WriteRFC822Size(int64(len(m.raw)))
	}
}

// cutWithin sends half a mail and cuts the connection. The mail must be larger than a few write buffers of 4 KB.
func (s *session) cutWithin(w *imapserver.FetchWriter, m numbered, o *imap.FetchOptions) error {
	answer := w.CreateMessage(m.seq)
	s.writeFacts(answer, m, o)
	content := m.section(o.BodySection[0])
	literal := answer.WriteBodySection(o.BodySection[0], int64(len(content)))
	_, err := literal.Write(content[:len(content)/2])
	err = errors.Join(err, s.cut(), literal.Close())
	return errors.Join(err, answer.Close()) // which lets go of the writer, and reaches nobody
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, change *imap.StoreFlags, _ *imap.StoreOptions) error {
	if _, err := s.suffer("STORE", set); err != nil {
		return err
	}
	s.server.mu.Lock()
	list := s.chosen(set)
	for _, m := range list {
		m.store(change)
	}
	s.server.changedLocked()
	s.server.mu.Unlock()
	if change.Silent {
		return nil
	}
	for _, m := range list {
		if err := s.write(w, m, &imap.FetchOptions{UID: true, Flags: true}); err != nil {
			return err
		}
	}
	return nil
}

// Copy answers a set that names nothing with a plain OK: imapserver would write an empty COPYUID, which no client can read.
func (s *session) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	fault, err := s.suffer("COPY", set)
	if err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	data, _, err := s.copyTo(set, dest)
	if err != nil {
		return nil, err
	}
	if err := s.lose(fault); err != nil {
		return nil, err
	}
	return data, nil
}

func (s *session) copyTo(set imap.NumSet, dest string) (*imap.CopyData, []numbered, error) {
	to := s.server.folders[dest]
	if to == nil {
		return nil, nil, refusal(imap.ResponseCodeTryCreate, "no such folder")
	}
	list := s.chosen(set)
	data := &imap.CopyData{UIDValidity: to.uidValidity}
	for _, m := range list {
		data.SourceUIDs.AddNum(m.uid)
		data.DestUIDs.AddNum(to.add(m.raw, m.date, m.flags).uid)
	}
	s.server.changedLocked()
	if len(list) == 0 || s.server.lacks(imap.CapUIDPlus) {
		data = nil
	}
	return data, list, nil
}

// Move leaves it to Poll to tell of what has gone, in the numbers that this client knows.
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, dest string) error {
	if s.server.lacks(imap.CapMove) {
		return &imap.Error{Type: imap.StatusResponseTypeBad, Text: "no MOVE here"}
	}
	fault, err := s.suffer("MOVE", set)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	data, list, err := s.copyTo(set, dest)
	if err != nil {
		return err
	}
	gone := make(map[*message]bool, len(list))
	for _, m := range list {
		gone[m.message] = true
	}
	s.folder.remove(func(m *message) bool { return gone[m] })
	s.server.changedLocked()
	if err := s.lose(fault); err != nil || data == nil {
		return err
	}
	return w.WriteCopyData(data)
}

func (s *session) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if uids != nil && s.server.lacks(imap.CapUIDPlus) {
		return &imap.Error{Type: imap.StatusResponseTypeBad, Text: "no UID EXPUNGE here"}
	}
	if _, err := s.suffer("EXPUNGE", nil); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.folder.remove(func(m *message) bool { return m.has(imap.FlagDeleted) && (uids == nil || uids.Contains(m.uid)) })
	s.server.changedLocked()
	return nil
}

// Poll tells the client what has changed in its folder since it was last told.
func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.folder == nil {
		return nil
	}
	s.server.mu.Lock()
	gone, arrived := s.news(allowExpunge)
	total := uint32(len(s.view))
	s.server.mu.Unlock()
	for _, seq := range gone {
		if err := w.WriteExpunge(seq); err != nil {
			return err
		}
	}
	if arrived {
		return w.WriteNumMessages(total)
	}
	return nil
}

// news brings the view up to date and gives the numbers that have gone, highest first, and whether mail arrived.
func (s *session) news(allowExpunge bool) (gone []uint32, arrived bool) {
	if s.version == s.folder.version {
		return nil, false
	}
	alive := s.alive()
	if allowExpunge {
		for i := len(s.view) - 1; i >= 0; i-- {
			if !alive(s.view[i]) {
				gone = append(gone, uint32(i+1))
			}
		}
		s.view = slices.DeleteFunc(s.view, func(m *message) bool { return !alive(m) })
		s.version = s.folder.version
	}
	last := imap.UID(0)
	if len(s.view) > 0 {
		last = s.view[len(s.view)-1].uid
	}
	for _, m := range s.folder.messages {
		if m.uid > last {
			s.view = append(s.view, m)
			arrived = true
		}
	}
	return gone, arrived
}

// Idle tells of every change at once, also of those between the last command and IDLE.
func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if _, err := s.suffer("IDLE", nil); err != nil {
		return err
	}
	for {
		s.server.mu.Lock()
		changed := s.server.changed
		s.server.mu.Unlock()
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stop:
			return nil
		}
	}
}
