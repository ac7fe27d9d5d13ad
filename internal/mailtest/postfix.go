package mailtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"text/template"
	"time"

	"github.com/emersion/go-smtp"
)

// Why StartPostfix can do nothing.
var (
	ErrNoPostfix = errors.New("postfix is not installed (Debian: postfix)")
	ErrNotRoot   = errors.New("only root can start a Postfix")
)

// postfixPath finds the program and the folder of its daemons.
func postfixPath() (master, daemons string, err error) {
	for _, daemons := range []string{"/usr/lib/postfix/sbin", "/usr/libexec/postfix"} {
		master := filepath.Join(daemons, "master")
		if _, err := os.Stat(master); err == nil {
			return master, daemons, nil
		}
	}
	return "", "", ErrNoPostfix
}

// Postfix is a private Postfix on 127.0.0.1, without login. It takes mail for everybody and brings it to this process:
// nothing leaves the machine. Addresses at refused.example are refused for good, at later.example for now.
type Postfix struct {
	Port int // SMTP with STARTTLS
	CA   *CA

	dir     string
	own     bool // dir is ours to remove
	process *exec.Cmd
	exited  chan error
	sink    *sink
}

var postfixMain = template.Must(template.New("main.cf").Parse(`
compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/data
command_directory = /usr/sbin
daemon_directory = {{.Daemons}}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {{.Dir}}/log/postfix.log
maillog_file_prefixes = {{.Dir}}
myhostname = mail.klik.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
default_transport = lmtp:inet:127.0.0.1:{{.Sink}}
relay_transport = lmtp:inet:127.0.0.1:{{.Sink}}
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_recipient_restrictions = check_recipient_access inline:{ {refused.example = 550 5.1.1 no such user}, {later.example = 450 4.2.0 try again later} }, permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {{.Dir}}/cert.pem
smtpd_tls_key_file = {{.Dir}}/key.pem
smtpd_peername_lookup = no
message_size_limit = 60000000
local_header_rewrite_clients =
alias_maps =
alias_database =
`))

var postfixMaster = template.Must(template.New("master.cf").Parse(`
127.0.0.1:{{.Port}} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`))

// StartPostfix starts a private Postfix whose files live in dir; without dir it makes a folder, which Stop removes.
// The error is ErrNoPostfix or ErrNotRoot where it cannot be.
func StartPostfix(dir string) (*Postfix, error) {
	master, daemons, err := postfixPath()
	if err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return nil, ErrNotRoot
	}
	p := &Postfix{dir: dir, own: dir == "", exited: make(chan error, 1)}
	if err := p.prepare(daemons); err != nil {
		return nil, fmt.Errorf("preparing Postfix: %w", err)
	}
	p.process = exec.Command(master, "-c", filepath.Join(p.dir, "config"), "-d")
	p.process.Stderr = new(bytes.Buffer)
	p.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.process.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting Postfix: %w", err), p.sink.close())
	}
	go func() { p.exited <- p.process.Wait() }()
	if err := p.awaitReady(); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// prepare writes everything that Postfix reads, and opens the sink that it delivers to.
func (p *Postfix) prepare(daemons string) (err error) {
	if p.own {
		if p.dir, err = os.MkdirTemp("", "postfix"); err != nil {
			return err
		}
	}
	if err := os.Chmod(p.dir, 0o755); err != nil {
		return err
	}
	for _, folder := range []string{"config", "data", "queue", "log"} {
		if err := os.Mkdir(filepath.Join(p.dir, folder), 0o755); err != nil {
			return err
		}
	}
	if p.CA, err = NewCA(); err != nil {
		return err
	}
	if err := p.CA.writeServer(filepath.Join(p.dir, "cert.pem"), filepath.Join(p.dir, "key.pem")); err != nil {
		return err
	}
	if p.sink, err = openSink(); err != nil {
		return err
	}
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	p.Port = ports[0]
	values := map[string]any{"Dir": p.dir, "Daemons": daemons, "Port": p.Port, "Sink": p.sink.port}
	for name, file := range map[string]*template.Template{"main.cf": postfixMain, "master.cf": postfixMaster} {
		var text bytes.Buffer
		if err := file.Execute(&text, values); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(p.dir, "config", name), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return p.folders()
}

// folders gives Postfix its data folder, and lets it make its queue as it wants it.
func (p *Postfix) folders() error {
	who, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return err
	}
	if err := os.Chown(filepath.Join(p.dir, "data"), uid, -1); err != nil {
		return err
	}
	out, err := exec.Command("postfix", "-c", filepath.Join(p.dir, "config"), "check").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// awaitReady waits until Postfix greets; it offers nothing else to wait for.
func (p *Postfix) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for !greets(net.JoinHostPort(p.Host(), strconv.Itoa(p.Port))) {
		select {
		case <-retry.C:
		case err := <-p.exited:
			p.exited <- err
			return fmt.Errorf("starting Postfix: it ended (%v): %s%s", err, p.process.Stderr, p.Log())
		case <-ctx.Done():
			return fmt.Errorf("starting Postfix: %w: %s", ctx.Err(), p.Log())
		}
	}
	return nil
}

// Host is the address to connect to.
func (p *Postfix) Host() string { return "127.0.0.1" }

// Log is what Postfix has logged.
func (p *Postfix) Log() string {
	text, err := os.ReadFile(filepath.Join(p.dir, "log", "postfix.log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Messages lists what was delivered, in order. Raw holds Postfix' Received headers too.
func (p *Postfix) Messages() []Delivered { return p.sink.Mails() }

// Await waits until n mails were delivered in all, or ctx ends.
func (p *Postfix) Await(ctx context.Context, n int) error { return p.sink.Await(ctx, n) }

// Stop ends Postfix with all of its processes, and waits until it is gone.
func (p *Postfix) Stop() error {
	err := syscall.Kill(-p.process.Process.Pid, syscall.SIGTERM)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stopping Postfix: %w", err)
	}
	<-p.exited
	err = p.sink.close()
	if p.own {
		err = errors.Join(err, os.RemoveAll(p.dir))
	}
	return err
}

// sink takes what Postfix delivers, by LMTP (RFC 2033).
type sink struct {
	server *smtp.Server
	ears   net.Listener
	port   int
	served chan error

	collection
}

func openSink() (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{ears: listener, port: listener.Addr().(*net.TCPAddr).Port, served: make(chan error, 1)}
	s.init()
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s}, nil }))
	s.server.LMTP, s.server.Domain, s.server.MaxLineLength = true, "localhost", 64<<10
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

func (s *sink) close() error {
	err := s.server.Close()
	s.ears.Close() // the server closes only what it has begun to listen to
	<-s.served
	return err
}

type sinkSession struct {
	sink     *sink
	from, to string
}

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err == nil {
		s.sink.take(Delivered{From: s.from, To: s.to, Raw: raw, At: time.Now()})
	}
	return err
}

func (s *sinkSession) Reset()        {}
func (s *sinkSession) Logout() error { return nil }
