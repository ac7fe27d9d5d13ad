package mailtest

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// session is one connection of a client. It keeps its own list of the open folder, as sequence numbers demand:
// a mail has the number that the client was told, until the client is told that it is gone (RFC 3501 §7.4.1).
type session struct {
	server *IMAP
	conn   *imapserver.Conn

	folder  *folder
	view    []*message // what the client knows of folder, in order
	version int        // of folder, as the client knows it
}

var (
	_ imapserver.SessionIMAP4rev2 = (*session)(nil)
	_ imapserver.SessionSASL      = (*session)(nil)
)

var errCut = errors.New("cutting the connection on purpose")

// suffer counts a command and lets a fault happen. It gives the fault when the command itself has to heed it.
func (s *session) suffer(command string, set imap.NumSet) (*Fault, error) {
	f := s.server.strike(command, func(uid uint32) bool { return s.concerns(set, uid) })
	switch {
	case f == nil:
		return nil, nil
	case f.Answer != nil:
		return nil, f.Answer
	case f.Hang:
		<-s.server.stopped
		return nil, errCut
	case f.Cut && command != "BODY":
		return nil, s.cut()
	}
	return f, nil
}

func (s *session) concerns(set imap.NumSet, uid uint32) bool {
	uids, ok := set.(imap.UIDSet)
	return ok && slices.ContainsFunc(s.view, func(m *message) bool { return uint32(m.uid) == uid }) && uids.Contains(imap.UID(uid))
}

func (s *session) cut() error {
	s.conn.NetConn().Close()
	return errCut
}

// lose cuts the connection after a command whose answer is to be lost.
func (s *session) lose(f *Fault) error {
	if f != nil && f.Lost {
		return s.cut()
	}
	return nil
}

func refusal(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

func (s *session) Close() error { return nil }

func (s *session) Login(username, password string) error {
	if _, err := s.suffer("LOGIN", nil); err != nil {
		return err
	}
	if username != s.server.options.User || !same(password, s.server.options.Password) {
		return refusal(imap.ResponseCodeAuthenticationFailed, "Authentication failed for "+username)
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *session) AuthenticateMechanisms() []string {
	if s.server.options.Token == "" {
		return []string{sasl.Plain}
	}
	return []string{sasl.Plain, "XOAUTH2", sasl.OAuthBearer}
}

func (s *session) Authenticate(mechanism string) (sasl.Server, error) {
	if !slices.Contains(s.AuthenticateMechanisms(), mechanism) {
		return nil, refusal("", "no such mechanism")
	}
	switch mechanism {
	case "XOAUTH2":
		return &xoauth2Server{user: s.server.options.User, token: s.server.options.Token, refusal: refusal(imap.ResponseCodeAuthenticationFailed, "Invalid token")}, nil
	case sasl.OAuthBearer:
		return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			if o.Username != s.server.options.User || !same(o.Token, s.server.options.Token) {
				return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
			}
			return nil
		}), nil
	default:
		return sasl.NewPlainServer(func(_, username, password string) error { return s.Login(username, password) }), nil
	}
}

// xoauth2Server is Google's and Microsoft's mechanism: a refusal is JSON, which the client answers before it hears NO.
type xoauth2Server struct {
	user, token string
	refusal     error
	accepted    func() // nil = nothing to do
	refused     bool
}

func (x *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case x.refused:
		return nil, true, x.refusal
	case response == nil:
		return []byte{}, false, nil
	case string(response) == "user="+x.user+"\x01auth=Bearer "+x.token+"\x01\x01":
		if x.accepted != nil {
			x.accepted()
		}
		return nil, true, nil
	}
	x.refused = true
	return []byte(`{"status":"400","schemes":"Bearer"}`), false, nil
}

func (s *session) Namespace() (*imap.NamespaceData, error) {
	if s.server.lacks(imap.CapNamespace) {
		return nil, refusal("", "no namespaces here")
	}
	personal := imap.NamespaceDescriptor{Prefix: s.server.options.Prefix, Delim: s.server.options.Delimiter}
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{personal}}, nil
}

// named gives a folder; the caller holds the lock.
func (s *session) named(name string) (*folder, error) {
	f := s.server.folders[name]
	if f == nil {
		return nil, refusal(imap.ResponseCodeNonExistent, "no such folder")
	}
	return f, nil
}

func (s *session) Select(name string, _ *imap.SelectOptions) (*imap.SelectData, error) {
	if _, err := s.suffer("SELECT", nil); err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f, err := s.named(name)
	if err != nil {
		return nil, err
	}
	s.folder, s.view, s.version = f, slices.Clone(f.messages), f.version
	flags := []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft}
	return &imap.SelectData{
		Flags:          flags,
		PermanentFlags: append(slices.Clone(flags), imap.FlagWildcard),
		NumMessages:    uint32(len(s.view)),
		UIDNext:        f.uidNext,
		UIDValidity:    f.uidValidity,
	}, nil
}

func (s *session) Unselect() error {
	s.folder, s.view = nil, nil
	return nil
}

func (s *session) Create(name string, _ *imap.CreateOptions) error {
	if _, err := s.suffer("CREATE", nil); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if prefix := s.server.options.Prefix; !strings.HasPrefix(name, prefix) {
		return refusal(imap.ResponseCodeCannot, "folders begin with "+prefix)
	}
	if s.server.folders[name] != nil {
		return refusal(imap.ResponseCodeAlreadyExists, "it exists")
	}
	s.server.createLocked(name)
	s.server.changedLocked()
	return nil
}

func (s *session) Delete(name string) error {
	s.server.RemoveFolder(name)
	return nil
}

func (s *session) Rename(string, string, *imap.RenameOptions) error {
	return refusal(imap.ResponseCodeCannot, "folders keep their names here")
}

func (s *session) Subscribe(name string) error {
	if _, err := s.suffer("SUBSCRIBE", nil); err != nil {
		return err
	}
	return s.subscribe(name, true)
}

func (s *session) Unsubscribe(name string) error { return s.subscribe(name, false) }

func (s *session) subscribe(name string, yes bool) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f, err := s.named(name)
	if err == nil {
		f.subscribed = yes
	}
	return err
}

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, o *imap.ListOptions) error {
	if _, err := s.suffer("LIST", nil); err != nil {
		return err
	}
	delimiter := s.server.options.Delimiter
	if len(patterns) == 0 { // LIST "" "" asks for the delimiter (RFC 3501 §6.3.8)
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delimiter})
	}
	for _, data := range s.server.listed(ref, patterns, o) {
		if err := w.WriteList(&data); err != nil {
			return err
		}
	}
	return nil
}

func (s *IMAP) listed(ref string, patterns []string, o *imap.ListOptions) (list []imap.ListData) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range s.namesLocked() {
		f := s.folders[name]
		matches := slices.ContainsFunc(patterns, func(p string) bool {
			return imapserver.MatchList(name, s.options.Delimiter, ref, p)
		})
		if !matches || (o.SelectSubscribed && !f.subscribed) || (o.SelectSpecialUse && f.specialUse == "") {
			continue
		}
		data := imap.ListData{Mailbox: name, Delim: s.options.Delimiter}
		if f.specialUse != "" && !s.lacks(imap.CapSpecialUse) {
			data.Attrs = append(data.Attrs, f.specialUse)
		}
		list = append(list, data)
	}
	return list
}

func (s *session) Status(name string, o *imap.StatusOptions) (*imap.StatusData, error) {
	if _, err := s.suffer("STATUS", nil); err != nil {
		return nil, err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f, err := s.named(name)
	if err != nil {
		return nil, err
	}
	return f.status(o), nil
}

func (s *session) Append(name string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	fault, err := s.suffer("APPEND", nil)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r)
	if err != nil || int64(len(raw)) != r.Size() {
		return nil, fmt.Errorf("receiving a mail of %d bytes, of which %d came: %w", r.Size(), len(raw), err)
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f := s.server.folders[name]
	if f == nil {
		return nil, refusal(imap.ResponseCodeTryCreate, "no such folder")
	}
	m := f.add(raw, o.Time, o.Flags)
	s.server.changedLocked()
	if err := s.lose(fault); err != nil || s.server.lacks(imap.CapUIDPlus) {
		return nil, err
	}
	return &imap.AppendData{UID: m.uid, UIDValidity: f.uidValidity}, nil
}
