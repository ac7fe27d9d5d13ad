package mailtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// ErrNoDovecot is what StartDovecot returns where Dovecot is not installed.
var ErrNoDovecot = errors.New("dovecot is not installed (Debian: dovecot-imapd and dovecot-lmtpd)")

// dovecotPath finds the program, and LMTP with it.
func dovecotPath() (string, error) {
	for _, path := range []string{"/usr/sbin/dovecot", "/usr/local/sbin/dovecot"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		for _, lib := range []string{"/usr/lib/dovecot/lmtp", "/usr/libexec/dovecot/lmtp", "/usr/local/libexec/dovecot/lmtp"} {
			if _, err := os.Stat(lib); err == nil {
				return path, nil
			}
		}
	}
	return "", ErrNoDovecot
}

// Dovecot is a private Dovecot on 127.0.0.1. Any name may log in with its password; LMTP takes mail for any name.
type Dovecot struct {
	User, Password string
	IMAPPort       int // plain text, and STARTTLS
	IMAPSPort      int // implicit TLS
	LMTPAddr       string
	CA             *CA

	dir     string
	own     bool   // dir is ours to remove
	sockets string // base_dir: a socket's path is limited to 108 bytes, so this one is short
	process *exec.Cmd
	exited  chan error
}

// Host is the address to connect to.
func (d *Dovecot) Host() string { return "127.0.0.1" }

var dovecotConfig = template.Must(template.New("dovecot").Parse(`
base_dir = {{.Sockets}}
state_dir = {{.Sockets}}
log_path = {{.Dir}}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
disable_plaintext_auth = no
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {
  driver = static
  args = password={{.Password}}
}
userdb {
  driver = static
  args = uid={{.UID}} gid={{.GID}} home={{.Dir}}/home/%n allow_all_users=yes
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = {{.IMAPPort}}
  }
  inet_listener imaps {
    port = {{.IMAPSPort}}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = {{.LMTPPort}}
  }
}
{{range .Extra}}{{.}}
{{end}}`))

// StartDovecot starts a private Dovecot whose configuration, log and mail live in dir, which other users must be able to
// reach, because Dovecot runs as nobody when root starts it. Without dir it makes a folder, which Stop removes.
// Extra are further lines of its configuration. The error is ErrNoDovecot where it is not installed.
func StartDovecot(dir string, extra ...string) (*Dovecot, error) {
	path, err := dovecotPath()
	if err != nil {
		return nil, err
	}
	d := &Dovecot{User: "klachten@klik.example", Password: "geheim", dir: dir, own: dir == "", exited: make(chan error, 1)}
	if err := d.prepare(extra); err != nil {
		return nil, fmt.Errorf("preparing Dovecot: %w", err)
	}
	d.process = exec.Command(path, "-F", "-c", filepath.Join(d.dir, "dovecot.conf"))
	d.process.Stderr = new(bytes.Buffer)
	if who, err := servant(); err != nil {
		return nil, err
	} else if os.Getuid() == 0 {
		d.process.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: who.uid, Gid: who.gid}}
	}
	if err := d.process.Start(); err != nil {
		return nil, fmt.Errorf("starting Dovecot: %w", err)
	}
	go func() { d.exited <- d.process.Wait() }()
	if err := d.awaitReady(); err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	return d, nil
}

// account is the user that Dovecot runs as.
type account struct {
	name, group string
	uid, gid    uint32
}

// servant is nobody for root, whom Dovecot refuses to serve mail as, and oneself for anyone else.
func servant() (account, error) {
	var who *user.User
	var err error
	if os.Getuid() == 0 {
		who, err = user.Lookup("nobody")
	} else {
		who, err = user.Current()
	}
	if err != nil {
		return account{}, fmt.Errorf("finding a user for Dovecot: %w", err)
	}
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		return account{}, fmt.Errorf("finding a group for Dovecot: %w", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("reading a user id: %w", err)
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("reading a group id: %w", err)
	}
	return account{name: who.Username, group: group.Name, uid: uint32(uid), gid: uint32(gid)}, nil
}

// prepare writes everything that Dovecot reads.
func (d *Dovecot) prepare(extra []string) error {
	who, err := servant()
	if err != nil {
		return err
	}
	if d.sockets, err = os.MkdirTemp("", "dovecot"); err != nil {
		return err
	}
	if d.own {
		d.dir = filepath.Join(d.sockets, "data")
		if err := os.Mkdir(d.dir, 0o700); err != nil {
			return err
		}
	}
	if d.CA, err = NewCA(); err != nil {
		return err
	}
	if err := d.CA.writeServer(filepath.Join(d.dir, "cert.pem"), filepath.Join(d.dir, "key.pem")); err != nil {
		return err
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	d.IMAPPort, d.IMAPSPort, d.LMTPAddr = ports[0], ports[1], net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[2]))
	var config bytes.Buffer
	err = dovecotConfig.Execute(&config, map[string]any{
		"Dir": d.dir, "Sockets": d.sockets, "Password": d.Password,
		"User": who.name, "Group": who.group, "UID": who.uid, "GID": who.gid,
		"IMAPPort": ports[0], "IMAPSPort": ports[1], "LMTPPort": ports[2], "Extra": extra,
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, "dovecot.conf"), config.Bytes(), 0o600); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(d.dir, "home"), 0o700); err != nil {
		return err
	}
	return handOver(who, d.sockets, d.dir)
}

// handOver makes folders and what is in them the servant's own. Only root can, and only root needs to.
func handOver(who account, folders ...string) error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chown(path, int(who.uid), int(who.gid))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// freePorts finds ports of 127.0.0.1 that nobody listens on at this moment.
func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("finding a free port: %w", err)
		}
		defer listener.Close()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// awaitReady waits until both services greet. Dovecot offers nothing else to wait for.
func (d *Dovecot) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for _, addr := range []string{net.JoinHostPort(d.Host(), strconv.Itoa(d.IMAPPort)), d.LMTPAddr} {
		for !greets(addr) {
			select {
			case <-retry.C:
			case err := <-d.exited:
				d.exited <- err
				return fmt.Errorf("starting Dovecot: it ended (%v): %s%s", err, d.process.Stderr, d.Log())
			case <-ctx.Done():
				return fmt.Errorf("starting Dovecot: %w: %s", ctx.Err(), d.Log())
			}
		}
	}
	return nil
}

func greets(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_, err = conn.Read(make([]byte, 1))
	return err == nil
}

// Log is what Dovecot has logged.
func (d *Dovecot) Log() string {
	text, err := os.ReadFile(filepath.Join(d.dir, "dovecot.log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Stop ends Dovecot and waits until it is gone.
func (d *Dovecot) Stop() error {
	err := d.process.Process.Signal(syscall.SIGTERM)
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping Dovecot: %w", err)
	}
	<-d.exited
	return os.RemoveAll(d.sockets)
}

// Deliver hands a mail over by LMTP (RFC 2033), as a mail server would, and returns when Dovecot has taken it.
func (d *Dovecot) Deliver(raw []byte, from, to string) error {
	conn, err := net.Dial("tcp", d.LMTPAddr)
	if err != nil {
		return fmt.Errorf("delivering: %w", err)
	}
	text := textproto.NewConn(conn)
	defer text.Close()
	if err := lmtp(text, raw, from, to); err != nil {
		return fmt.Errorf("delivering: %w", err)
	}
	return nil
}

func lmtp(text *textproto.Conn, raw []byte, from, to string) error {
	if _, _, err := text.ReadResponse(220); err != nil {
		return err
	}
	for _, step := range []struct {
		code int
		line string
	}{{250, "LHLO localhost"}, {250, "MAIL FROM:<" + from + ">"}, {250, "RCPT TO:<" + to + ">"}, {354, "DATA"}} {
		if err := text.PrintfLine("%s", step.line); err != nil {
			return err
		}
		if _, _, err := text.ReadResponse(step.code); err != nil {
			return fmt.Errorf("after %s: %w", strings.Fields(step.line)[0], err)
		}
	}
	data := text.DotWriter()
	if _, err := data.Write(raw); err != nil {
		return err
	}
	if err := data.Close(); err != nil {
		return err
	}
	_, _, err := text.ReadResponse(250)
	return err
}

// Append puts a mail in a folder with an arrival time, and makes the folder when there is none.
func (d *Dovecot) Append(folder string, raw []byte, at time.Time) error {
	client, err := d.login()
	if err != nil {
		return err
	}
	defer client.Close()
	var exists *imap.Error
	if err := client.Create(folder, nil).Wait(); err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("making %s: %w", folder, err)
	}
	command := client.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: at})
	if _, err := command.Write(raw); err != nil {
		return fmt.Errorf("appending: %w", err)
	}
	if err := command.Close(); err != nil {
		return fmt.Errorf("appending: %w", err)
	}
	if _, err := command.Wait(); err != nil {
		return fmt.Errorf("appending: %w", err)
	}
	return nil
}

// Messages lists a folder, oldest first; nil when there is no such folder.
func (d *Dovecot) Messages(folder string) ([]Message, error) {
	client, err := d.login()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	selected, err := client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	var missing *imap.Error
	if errors.As(err, &missing) || (err == nil && selected.NumMessages == 0) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("opening %s: %w", folder, err)
	}
	all := imap.SeqSet{imap.SeqRange{Start: 1, Stop: 0}}
	list, err := client.Fetch(all, &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", folder, err)
	}
	messages := make([]Message, len(list))
	for i, m := range list {
		messages[i] = Message{UID: uint32(m.UID), Flags: m.Flags, Date: m.InternalDate, Raw: m.BodySection[0].Bytes}
	}
	return messages, nil
}

func (d *Dovecot) login() (*imapclient.Client, error) {
	client, err := imapclient.DialInsecure(net.JoinHostPort(d.Host(), strconv.Itoa(d.IMAPPort)), nil)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	if err := client.Login(d.User, d.Password).Wait(); err != nil {
		client.Close()
		return nil, fmt.Errorf("logging in: %w", err)
	}
	return client, nil
}

// Move moves every mail of a folder into another, as a person would.
func (d *Dovecot) Move(from, to string) error {
	client, err := d.login()
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.Select(from, nil).Wait(); err != nil {
		return fmt.Errorf("opening %s: %w", from, err)
	}
	if _, err := client.Move(imap.SeqSet{imap.SeqRange{Start: 1, Stop: 0}}, to).Wait(); err != nil {
		return fmt.Errorf("moving to %s: %w", to, err)
	}
	return nil
}
