package mailtest

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// Security says how a connection to a test server is protected; the words are those of the configuration.
type Security string

// The three ways.
const (
	Plain    Security = "none"
	StartTLS Security = "starttls"
	Implicit Security = "implicit"
)

// IMAPOptions describe an embedded IMAP server. The zero value is a server without TLS that can do everything.
type IMAPOptions struct {
	Security Security // empty = Plain
	CA       *CA      // needed unless Plain

	User     string // empty = "klachten@klik.example"
	Password string // empty = "geheim"
	Token    string // what XOAUTH2 and OAUTHBEARER accept; empty = the server does not offer them

	// Without names capabilities that the server neither announces nor honours:
	// MOVE, UIDPLUS, NAMESPACE, IDLE, SPECIAL-USE.
	Without []imap.Cap

	Delimiter rune   // empty = '/'
	Prefix    string // of the personal namespace, such as "INBOX."
}

// IMAP is an embedded IMAP server with one user, whose mail lives in memory. It is safe for concurrent use.
type IMAP struct {
	options IMAPOptions
	server  *imapserver.Server
	addr    *net.TCPAddr
	stopped chan struct{} // closed by Close: ends what a fault made hang
	served  chan error

	mu      sync.Mutex
	folders map[string]*folder
	nextUV  uint32
	changed chan struct{} // closed and renewed at every change
	faults  []*Fault
	counts  map[string]int
}

// StartIMAP starts a server on a free port of 127.0.0.1, with an empty INBOX.
func StartIMAP(options IMAPOptions) (*IMAP, error) {
	options = options.withDefaults()
	s := &IMAP{
		options: options,
		stopped: make(chan struct{}),
		served:  make(chan error, 1),
		folders: make(map[string]*folder),
		changed: make(chan struct{}),
		counts:  make(map[string]int),
	}
	s.create("INBOX")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for IMAP: %w", err)
	}
	s.addr = listener.Addr().(*net.TCPAddr)
	serverOptions, listener, err := s.secure(listener)
	if err != nil {
		listener.Close()
		return nil, err
	}
	s.server = imapserver.New(serverOptions)
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

func (o IMAPOptions) withDefaults() IMAPOptions {
	if o.Security == "" {
		o.Security = Plain
	}
	if o.User == "" {
		o.User = "klachten@klik.example"
	}
	if o.Password == "" {
		o.Password = "geheim"
	}
	if o.Delimiter == 0 {
		o.Delimiter = '/'
	}
	return o
}

// secure gives the server's options and its listener for the chosen protection.
func (s *IMAP) secure(listener net.Listener) (*imapserver.Options, net.Listener, error) {
	options := &imapserver.Options{
		Caps:         s.capabilities(),
		Logger:       log.New(io.Discard, "", 0),
		InsecureAuth: s.options.Security != StartTLS,
		NewSession: func(conn *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{server: s, conn: conn}, nil, nil
		},
	}
	if s.options.Security == Plain {
		return options, s.hiding(listener), nil
	}
	config, err := s.options.CA.serverConfig()
	if err != nil {
		return nil, listener, err
	}
	if s.options.Security == StartTLS {
		options.TLSConfig = config
		return options, listener, nil
	}
	return options, s.hiding(tls.NewListener(listener, config)), nil
}

func (s *IMAP) capabilities() imap.CapSet {
	caps := imap.CapSet{
		imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapMove: {},
		imap.CapSpecialUse: {}, imap.CapChildren: {},
	}
	for _, c := range s.options.Without {
		delete(caps, c)
	}
	return caps
}

func (s *IMAP) lacks(c imap.Cap) bool { return slices.Contains(s.options.Without, c) }

// hiding takes IDLE, which imapserver always announces, out of the capabilities where the options say so.
func (s *IMAP) hiding(listener net.Listener) net.Listener {
	if !s.lacks(imap.CapIdle) {
		return listener
	}
	return hidingListener{listener}
}

type hidingListener struct{ net.Listener }

func (l hidingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return hidingConn{conn}, nil
}

type hidingConn struct{ net.Conn }

// Write relies on imapserver writing a line with capabilities in one go.
func (c hidingConn) Write(b []byte) (int, error) {
	line := string(b)
	if strings.Contains(line, "CAPABILITY") {
		line = strings.ReplaceAll(line, " IDLE", "")
	}
	if _, err := io.WriteString(c.Conn, line); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Close stops the server and cuts every connection.
func (s *IMAP) Close() error {
	close(s.stopped)
	err := s.server.Close()
	<-s.served // its error is that the server was closed
	return err
}

// Host is the address to connect to, always 127.0.0.1.
func (s *IMAP) Host() string { return s.addr.IP.String() }

// Port is the port to connect to.
func (s *IMAP) Port() int { return s.addr.Port }

// User is the name that may log in.
func (s *IMAP) User() string { return s.options.User }

// Password is the password that may log in.
func (s *IMAP) Password() string { return s.options.Password }

// Message is one mail as the server holds it.
type Message struct {
	UID   uint32
	Flags []imap.Flag
	Raw   []byte
	Date  time.Time // INTERNALDATE
}

// Deliver puts a mail in a folder, makes the folder when there is none, tells every client, and gives the mail's UID.
// Folders are named as the server names them.
func (s *IMAP) Deliver(folder string, raw []byte, at time.Time) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folders[folder]
	if f == nil {
		f = s.createLocked(folder)
	}
	m := f.add(raw, at, nil)
	s.changedLocked()
	return uint32(m.uid)
}

// Messages lists a folder, oldest first; nil when there is no such folder.
func (s *IMAP) Messages(folder string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesLocked(folder)
}

func (s *IMAP) messagesLocked(folder string) []Message {
	f := s.folders[folder]
	if f == nil {
		return nil
	}
	list := make([]Message, len(f.messages))
	for i, m := range f.messages {
		list[i] = Message{UID: uint32(m.uid), Flags: slices.Clone(m.flags), Raw: m.raw, Date: m.date}
	}
	return list
}

// Subscribed says whether the user subscribed to a folder.
func (s *IMAP) Subscribed(folder string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folders[folder]
	return f != nil && f.subscribed
}

// SetSpecialUse gives a folder an attribute such as \Sent (RFC 6154), and makes it when there is none.
func (s *IMAP) SetSpecialUse(folder string, attr imap.MailboxAttr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folders[folder]
	if f == nil {
		f = s.createLocked(folder)
	}
	f.specialUse = attr
}

// Renumber gives a folder a new UIDVALIDITY and its mails new UIDs from first, as a restored server does.
// A client that has the folder open does not learn of it before it selects the folder again.
func (s *IMAP) Renumber(folder string, first uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextUV++
	s.folders[folder] = s.folders[folder].renumbered(s.nextUV, imap.UID(first))
	s.changedLocked()
}

// Remove takes a mail out of a folder, as another mail program of the same user would.
func (s *IMAP) Remove(folder string, uid uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.folders[folder]
	f.remove(func(m *message) bool { return uint32(m.uid) == uid })
	s.changedLocked()
}

// RemoveFolder deletes a folder with all that is in it.
func (s *IMAP) RemoveFolder(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.folders, folder)
	s.changedLocked()
}

// Await waits until the mails of a folder satisfy done, or ctx ends.
func (s *IMAP) Await(ctx context.Context, folder string, done func([]Message) bool) error {
	for {
		s.mu.Lock()
		list, changed := s.messagesLocked(folder), s.changed
		s.mu.Unlock()
		if done(list) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("awaiting a change in %s, which has %d mails: %w", folder, len(list), context.Cause(ctx))
		}
	}
}

func (s *IMAP) changedLocked() {
	close(s.changed)
	s.changed = make(chan struct{})
}
