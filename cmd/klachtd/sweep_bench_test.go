package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/internal/desk"
)

// stocked is a program on embedded servers, with one complaint of 2 April 2026 in its store, and the store itself.
func stocked(b *testing.B) (*theatre, *sql.DB) {
	b.Helper()
	th, servers := embeddedTheatre(b)
	th.now = time.Date(2026, time.April, 2, 12, 0, 0, 0, time.UTC)
	if code, _, errs := th.run("tick"); code != exitDone {
		b.Fatal(errs)
	}
	servers.imap.Deliver("INBOX", numbered(1), th.now)
	if code, _, errs := th.run("tick"); code != exitDone {
		b.Fatal(errs)
	}
	db, err := sql.Open("sqlite", filepath.Join(th.dir, "data", "klachtd.db")+"?_pragma=synchronous(0)&_pragma=journal_mode(WAL)&_pragma=cache_size(-200000)&_pragma=temp_store(2)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return th, db
}

// multiply makes n cases of the one: its rows, under other numbers, each with one of twenty assessors. Of very
// many some thousand are open and the others closed.
func multiply(b *testing.B, db *sql.DB, n int, nextDue string) {
	b.Helper()
	for _, statement := range []string{
		"CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i, 2020 + i % 6 AS year, i / 6 + 2 AS number, printf('K-%04d-%04d', 2020 + i % 6, i / 6 + 2) AS reference FROM n",
		`INSERT INTO cases (reference, year, number, stage, next_due, received, channel, product, assessor, complete, head, open_terms, first_due)
			SELECT numbers.reference, numbers.year, numbers.number, stage, ?2, received, channel, product, assessor, complete, head, open_terms, first_due FROM numbers, cases WHERE cases.reference = 'K-2026-0001'`,
		`INSERT INTO events (reference, seq, at, kind, by, salt, payload, digest, hash)
			SELECT numbers.reference, seq, at, kind, by, salt, CAST(replace(replace(CAST(payload AS TEXT), 'K-2026-0001', numbers.reference), 'n.korst@', 'beoordelaar' || (numbers.i % 20) || '@') AS BLOB), digest, hash
			FROM events, numbers WHERE events.reference = 'K-2026-0001' AND (kind = 'registered' OR ?1 <= 10000)`,
		"UPDATE cases SET next_due = ?2",
		"UPDATE cases SET stage = 'closed', next_due = NULL, first_due = NULL, open_terms = '', keep_until = '2099-01-01' WHERE ?1 > 10000 AND number > 200", // most of very many are closed
		"DROP TABLE numbers",
	} {
		if _, err := db.Exec(statement, n, nextDue); err != nil {
			b.Fatal(err)
		}
	}
}

// running puts the program together with a clock that the benchmark moves.
func running(b *testing.B, th *theatre, clock desk.Clock) *app {
	b.Helper()
	cfg, err := config.Read(filepath.Join(th.dir, "klachtd.toml"))
	if err != nil {
		b.Fatal(err)
	}
	a, err := assemble(b.Context(), cfg, assembly{clock: clock, log: logOf(cfg.Log, io.Discard)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	return a
}

// BenchmarkTickNothingDue is one whole round in which nothing is due, on one working day after another: what it
// costs must not depend on how many cases there are. tick is that of a program that runs, process is the command
// klachtd tick, from opening the store to closing it.
func BenchmarkTickNothingDue(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			th, db := stocked(b)
			multiply(b, db, n, "2099-01-01")
			now := time.Date(2026, time.April, 7, 9, 0, 0, 0, time.UTC)
			a := running(b, th, func() time.Time { return now })
			tick := func() time.Duration {
				before := time.Now()
				if err := a.tick(b.Context()); err != nil {
					b.Fatal(err)
				}
				return time.Since(before)
			}
			tick() // the overview of the week, which is about every open case
			var times, processes []time.Duration
			for b.Loop() {
				for now = now.AddDate(0, 0, 1); now.Weekday() == time.Monday; {
					now = now.AddDate(0, 0, 1)
				}
				if now.Weekday() == time.Tuesday { // Monday's overview is not sent twice
					if _, err := db.Exec("INSERT INTO jobs VALUES ('digest', ?, '')", now.AddDate(0, 0, -1).Format(time.DateOnly)); err != nil {
						b.Fatal(err)
					}
				}
				times = append(times, tick())
			}
			if err := a.Close(); err != nil {
				b.Fatal(err)
			}
			th.now = now
			for range 5 {
				before := time.Now()
				if code, _, errs := th.run("tick"); code != exitDone {
					b.Fatal(errs)
				}
				processes = append(processes, time.Since(before))
			}
			slices.Sort(times)
			slices.Sort(processes)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "tick-p50-ms")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "tick-p99-ms")
			b.ReportMetric(float64(processes[len(processes)/2].Microseconds())/1000, "process-p50-ms")
		})
	}
}

// BenchmarkMorning is a morning on which 10,000 cases fall due, for twenty assessors and for one.
func BenchmarkMorning(b *testing.B) {
	for _, assessors := range []int{20, 1} {
		b.Run(fmt.Sprintf("10000-reminders-%d-people", assessors), func(b *testing.B) {
			th, db := stocked(b)
			multiply(b, db, 10_000, "2026-04-14")
			if assessors == 1 {
				if _, err := db.Exec(`UPDATE events SET payload = CAST(json_set(CAST(payload AS TEXT), '$.assessor.email', 'n.korst@vapro.nl') AS BLOB) WHERE kind = 'assigned'`); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := db.Exec("DELETE FROM meta WHERE key = 'index'"); err != nil { // the start makes it anew, with its words
				b.Fatal(err)
			}
			a := running(b, th, desk.Pretend(time.Date(2026, time.April, 14, 6, 30, 0, 0, time.UTC)))
			if _, err := db.Exec("INSERT INTO jobs VALUES ('digest', '2026-04-13', '')"); err != nil {
				b.Fatal(err)
			}
			before := time.Now()
			if err := a.desk.KeepTime(context.Background()); err != nil {
				b.Fatal(err)
			}
			decided := time.Since(before)
			if err := a.desk.Drain(context.Background()); err != nil {
				b.Fatal(err)
			}
			sent := time.Since(before)
			var reminders int
			if err := db.QueryRow("SELECT count(*) FROM events WHERE kind = 'reminded'").Scan(&reminders); err != nil {
				b.Fatal(err)
			}
			if reminders != 10_000 {
				b.Fatalf("%d reminders", reminders)
			}
			for b.Loop() { // a morning is there once
			}
			b.ReportMetric(decided.Seconds(), "committed-s")
			b.ReportMetric(sent.Seconds(), "sent-s")
		})
	}
}
