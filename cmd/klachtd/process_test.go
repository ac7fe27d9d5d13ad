package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/mailtest"
)

// asProgram makes the test binary be the program itself, so that a test can start and kill it.
const asProgram = "KLACHTD_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program starts klachtd as a process of its own.
func program(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	return programWith(t, nil, dir, args...)
}

func programWith(t testing.TB, env []string, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"--config", filepath.Join(dir, "klachtd.toml")}, args...)...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	cmd.Stderr = new(bytes.Buffer)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// embeddedTheatre opens a stage on embedded servers for a test that is no story.
func embeddedTheatre(t testing.TB, extra ...string) (*theatre, *embeddedServers) {
	t.Helper()
	th := &theatre{dir: t.TempDir(), open: openEmbedded}
	if err := th.start(append([]string{"[limits];mails_per_hour = 100000"}, extra...)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := th.servers.Close(); err != nil {
			t.Error(err)
		}
	})
	return th, th.servers.(*embeddedServers)
}

// numbered is a complete complaint of the n-th complainant.
func numbered(n int) []byte {
	return crlf(fmt.Appendf(nil, `From: Indiener %[1]d <indiener%[1]d@tcz.example>
To: projectondersteuning@klikonderwijs.nl
Subject: Klacht nummer %[1]d
Message-ID: <nummer-%[1]d@tcz.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hierbij dien ik een klacht in.

Naam: Jan de Vries
Organisatie: Techniek College Zuid
E-mailadres: indiener%[1]d@tcz.example
Telefoonnummer: 06 12 34 56 78
Product: Procesoperator B
Omschrijving: De trainer kwam op dag %[1]d niet opdagen.
Motivatie: Wij hebben voor twaalf deelnemers betaald.
`, n))
}

// Twenty mails, and kill -9 at random moments between them: each complaint is registered once and
// acknowledged once. A mail that the server took just before the kill may come again; then it is the same
// mail, byte for byte.
func TestKilledAtRandomMoments(t *testing.T) {
	th, servers := embeddedTheatre(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	if code, _, errs := th.run("tick"); code != exitDone { // the first contact: nothing is history
		t.Fatal(errs)
	}
	const mails = 20
	running := program(t, th.dir, "run")
	kills := 0
	for n := 1; n <= mails; n++ {
		servers.imap.Deliver("INBOX", numbered(n), time.Now())
		moment := time.NewTimer(time.Duration(random.Int64N(int64(120 * time.Millisecond))))
		<-moment.C
		if err := running.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		running.Wait()
		kills++
		running = program(t, th.dir, "run")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := servers.imap.Await(ctx, "Klachten/Geregistreerd", func(list []mailtest.Message) bool { return len(list) == mails }); err != nil {
		t.Fatalf("%v: %s", err, running.Stderr)
	}
	if err := servers.smtp.AwaitEach(ctx, mails, func(d mailtest.Delivered) string {
		if strings.HasPrefix(d.To, "indiener") {
			return d.To
		}
		return ""
	}); err != nil {
		t.Fatal(err)
	}
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := running.Wait(); err != nil {
		t.Errorf("it did not stop cleanly: %v: %s", err, running.Stderr)
	}
	th.now = time.Time{}
	code, out, errs := th.run("list", "--json")
	if code != exitDone || strings.Count(out, `"reference":`) != mails {
		t.Errorf("%d cases: %s%s", strings.Count(out, `"reference":`), out, errs)
	}
	first := map[string]mailtest.Delivered{}
	again := 0
	for _, m := range servers.smtp.Mails() {
		if !strings.HasPrefix(m.To, "indiener") {
			continue
		}
		before, seen := first[m.To]
		if seen && !bytes.Equal(before.Raw, m.Raw) {
			t.Errorf("%s got two different acknowledgements", m.To)
		}
		if seen {
			again++
		}
		first[m.To] = m
	}
	if len(first) != mails {
		t.Errorf("%d of %d were acknowledged", len(first), mails)
	}
	t.Logf("%d kills; %d mails came a second time, the same byte for byte", kills, again)
}

// residentMemory is what a process holds in memory, in bytes.
func residentMemory(pid int) (int64, error) { return memoryOf(pid, "VmRSS:") }

// memoryOf reads a line of what the kernel knows of a process's memory, in bytes (proc_pid_status(5)).
func memoryOf(pid int, line string) (int64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, err
	}
	for text := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(text, line); ok {
			var kilobytes int64
			_, err := fmt.Sscanf(rest, "%d kB", &kilobytes)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("no %s of process %d", line, pid)
}

// systemd is the socket on which systemd listens to a service (sd_notify(3)).
type systemd struct {
	socket *net.UnixConn
	path   string
}

func listenAsSystemd(t *testing.T) *systemd {
	t.Helper()
	dir, err := os.MkdirTemp("", "notify") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "s")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		socket.Close()
		os.RemoveAll(dir)
	})
	return &systemd{socket, path}
}

// await reads until a message with that beginning comes.
func (s *systemd) await(t *testing.T, begin string) {
	t.Helper()
	if err := s.socket.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	message := make([]byte, 500)
	for {
		n, err := s.socket.Read(message)
		if err != nil {
			t.Fatalf("awaiting %s: %v", begin, err)
		}
		if strings.HasPrefix(string(message[:n]), begin) {
			return
		}
	}
}

// The daemon tells systemd that it is ready, that it lives, that it reloads and that it stops; a wrong
// configuration at a reload leaves the old one in force.
func TestServiceOfSystemd(t *testing.T) {
	th, servers := embeddedTheatre(t)
	if code, _, errs := th.run("tick"); code != exitDone {
		t.Fatal(errs)
	}
	file := filepath.Join(th.dir, "klachtd.toml")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bus := listenAsSystemd(t)
	running := programWith(t, []string{"NOTIFY_SOCKET=" + bus.path, "WATCHDOG_USEC=150000"}, th.dir, "run")
	bus.await(t, "READY=1")
	bus.await(t, "WATCHDOG=1")

	reload := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := running.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		bus.await(t, "RELOADING=1\nMONOTONIC_USEC=")
		bus.await(t, "READY=1")
	}
	reload("[broken")
	broken := filepath.Join(th.dir, "sjablonen")
	if err := errors.Join(os.Mkdir(broken, 0o700), os.WriteFile(filepath.Join(broken, "acknowledgement.txt"), []byte("{{.Niets"), 0o600)); err != nil {
		t.Fatal(err)
	}
	reload(string(good) + "\n[templates]\ndir = \"sjablonen\"\n") // the file is right, and what it names is not
	reload(strings.Replace(string(good), "Marit van Dalen", "Joke Smit", 1))

	servers.imap.Deliver("INBOX", numbered(1), time.Now())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := servers.smtp.Await(ctx, 1); err != nil {
		t.Fatal(err, running.Stderr)
	}
	if raw := servers.smtp.Mails()[0].Raw; !bytes.Contains(raw, []byte("Joke Smit")) {
		t.Errorf("the new configuration is not in force:\n%s", raw)
	}
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	bus.await(t, "STOPPING=1")
	if err := running.Wait(); err != nil {
		t.Errorf("it did not stop cleanly: %v", err)
	}
	errs := running.Stderr.(*bytes.Buffer).String()
	if strings.Count(errs, "the old configuration stays") != 2 {
		t.Errorf("the wrong configuration was not reported: %s", errs)
	}
	for _, personal := range []string{"indiener1", "Jan de Vries", "tcz.example", "12345678", "opdagen", "Klacht nummer"} {
		if strings.Contains(errs, personal) {
			t.Errorf("the log holds %q", personal)
		}
	}
}
