package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
	"klikonderwijs.nl/klachtd/internal/letter"
)

type runCmd struct {
	Since string `help:"Take mail received since this day for new at the first contact (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run is the daemon: it serves until ctx ends, and starts anew with its configuration on SIGHUP.
func (r *runCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	for {
		next, err := r.serve(ctx, s, c, cfg, reload)
		if err != nil || next == nil {
			return err
		}
		cfg = *next
	}
}

// serve runs with one configuration. It returns the next one when it was asked to reload, nil when it was asked to stop.
func (r *runCmd) serve(ctx context.Context, s streams, c *cli, cfg config.Config, reload <-chan os.Signal) (*config.Config, error) {
	log := logOf(cfg.Log, s.err)
	how := assembly{clock: desk.SystemClock, log: log}
	house, err := houseOf(cfg)
	if err != nil {
		return nil, err
	}
	if how.since, err = sinceOf(r.Since, house.Location); err != nil {
		return nil, err
	}
	a, err := assemble(ctx, cfg, how)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	debug.FreeOSMemory() // the start reads and tries out much that is not needed while waiting
	metrics, err := a.serveMetrics(cfg.Metrics.Listen)
	if err != nil {
		return nil, err
	}
	defer metrics()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	reloaded := make(chan *config.Config, 1)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-reload:
			}
			if next := reread(c, a); next != nil {
				reloaded <- next
				stop()
				return
			}
		}
	}()
	log.Info("klachtd serves", "version", versionText())
	notify(daemon.SdNotifyReady)
	defer notify(daemon.SdNotifyStopping)
	a.run(ctx)
	var next *config.Config
	select {
	case next = <-reloaded:
	default: // asked to stop, perhaps in the middle of a reload
	}
	log.Info("klachtd stops", "reload", next != nil)
	return next, nil
}

// reread reads the configuration again; one that is wrong is reported, and the old one stays.
func reread(c *cli, a *app) *config.Config {
	notify(fmt.Sprintf("%s\nMONOTONIC_USEC=%d", daemon.SdNotifyReloading, monotonic()))
	cfg, err := c.configuration()
	if err == nil {
		err = usable(cfg)
	}
	if err != nil {
		a.log.Error("reloading: the old configuration stays", "error", err)
		notify(daemon.SdNotifyReady)
		return nil
	}
	return &cfg
}

// usable tries everything that is made of a configuration and what it names, besides the store, which is in use: a broken
// template must not end a daemon that runs.
func usable(cfg config.Config) error {
	house, err := houseOf(cfg)
	if err != nil {
		return err
	}
	secret, err := readSecret(cfg.Security.SecretFile)
	if err != nil {
		return err
	}
	_, lettersErr := lettersOf(cfg, house, letter.NewKey(secret))
	_, outboxErr := outboxOf(cfg)
	_, mailboxErr := mailboxConfig(cfg, assembly{clock: desk.SystemClock})
	_, backupErr := nightly(cfg, nil)
	return errors.Join(lettersErr, outboxErr, mailboxErr, backupErr)
}

// run serves the mailbox and the desk until ctx ends, and lets both finish what they are doing.
func (a *app) run(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() {
		a.recover(ctx)
		if err := a.box.Run(ctx, a.receive); err != nil {
			a.log.Error("mailbox", "error", err)
		}
	})
	parts.Go(func() {
		if err := a.desk.Run(ctx); err != nil {
			a.log.Error("desk", "error", err)
		}
	})
	parts.Go(func() { a.watchdog(ctx) })
	parts.Wait()
}

// recoverAgain is how long a recovery that failed waits for its next attempt.
const recoverAgain = time.Minute

// recover fills the gap in a restored database before new mail is read, however often that must be tried.
func (a *app) recover(ctx context.Context) {
	for ctx.Err() == nil {
		err := a.desk.Recover(ctx, memory{a.box})
		if err == nil {
			return
		}
		a.log.Error("recovering", "error", err)
		a.desk.Polled(err)
		select {
		case <-ctx.Done():
		case <-time.After(recoverAgain):
		}
	}
}

// watchdog tells systemd that we live, as long as the timetable does.
func (a *app) watchdog(ctx context.Context) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		return
	}
	tick := time.NewTicker(every / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if a.desk.Alive() {
				notify(daemon.SdNotifyWatchdog)
			}
		}
	}
}

// notify speaks to systemd, where it listens.
func notify(state string) { daemon.SdNotify(false, state) }

// monotonic is the clock that systemd compares a reload with, in microseconds (sd_notify(3)).
func monotonic() int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		return 0
	}
	return t.Nano() / 1000
}

// sinceOf reads --since: the start of that day.
func sinceOf(text string, loc *time.Location) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, loc)
	if err != nil {
		return nil, fmt.Errorf("--since: %q is no day: write it like 2026-03-01", text)
	}
	return &day, nil
}

// serveMetrics serves /metrics and /healthz, where that is asked for.
func (a *app) serveMetrics(listen string) (stop func(), err error) {
	if listen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("serving metrics: %w", err)
	}
	server := &http.Server{Handler: a.metrics(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("serving metrics", "error", err)
		}
	}()
	return func() { server.Close() }, nil
}
