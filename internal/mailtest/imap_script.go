package mailtest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// Script is an IMAP server that says whatever it is told to, right or wrong.
type Script struct {
	listener net.Listener
	greeting string
	answer   Answer
	done     sync.WaitGroup

	mu       sync.Mutex
	conns    []net.Conn
	commands []string
}

// Answer gives the lines with which a script answers one line of a client. In them, $TAG stands for the tag of the
// command; without a final line break the connection is cut behind them; an empty answer leaves the client waiting.
// Conn counts the connections from 1.
type Answer func(conn int, command string) string

// StartScript starts a scripted server on a free port of 127.0.0.1.
func StartScript(greeting string, answer Answer) (*Script, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for a script: %w", err)
	}
	s := &Script{listener: listener, greeting: greeting, answer: answer}
	s.done.Go(s.accept)
	return s, nil
}

func (s *Script) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		number := len(s.conns)
		s.mu.Unlock()
		s.done.Go(func() { s.converse(conn, number) })
	}
}

func (s *Script) converse(conn net.Conn, number int) {
	defer conn.Close()
	if _, err := io.WriteString(conn, s.greeting+"\r\n"); err != nil {
		return
	}
	lines := bufio.NewScanner(conn)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		tag, command, ok := strings.Cut(lines.Text(), " ")
		if !ok { // DONE, a SASL response, the text of a literal
			command = tag
		}
		s.mu.Lock()
		s.commands = append(s.commands, command)
		s.mu.Unlock()
		answer := strings.ReplaceAll(s.answer(number, command), "$TAG", tag)
		if _, err := io.WriteString(conn, answer); err != nil || (answer != "" && !strings.HasSuffix(answer, "\n")) {
			return
		}
	}
}

// Host is the address to connect to.
func (s *Script) Host() string { return s.listener.Addr().(*net.TCPAddr).IP.String() }

// Port is the port to connect to.
func (s *Script) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Commands lists what all clients have said, without tags.
func (s *Script) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.commands...)
}

// Connections says how often a client has connected.
func (s *Script) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Close cuts all connections and waits until nobody is talking any more.
func (s *Script) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for _, conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
	return err
}
