package main

import (
	"context"
	"database/sql"
	"errors"
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
	db, err := sql.Open("sqlite", filepath.Join(th.dir, "data", "klachtd.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return th, db
}

// multiply makes n cases of the one: its rows, under other numbers, each with one of twenty assessors. Of very
// many some thousand are open, with all their events, and the others closed, with their first.
func multiply(b *testing.B, db *sql.DB, n int, nextDue string) {
	b.Helper()
	ctx := b.Context()
	c, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	do := func(statement string, args ...any) {
		if _, err := c.ExecContext(ctx, statement, args...); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
	// Rows come in the order of their key, in one transaction without a log, and indexes after them: a million cases in
	// a minute instead of ten.
	do("PRAGMA journal_mode = OFF")
	do("PRAGMA synchronous = OFF")
	do("PRAGMA cache_size = -400000")
	do("PRAGMA temp_store = MEMORY")
	do("BEGIN")
	indexes := withoutIndexes(b, c)
	do("CREATE TEMP TABLE template AS SELECT * FROM cases WHERE reference = 'K-2026-0001'")
	do("CREATE TEMP TABLE happened AS SELECT * FROM events WHERE reference = 'K-2026-0001'")
	do("CREATE TEMP TABLE mails AS SELECT * FROM outgoing WHERE reference = 'K-2026-0001'")
	do(`CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		SELECT i, 2020 + i % 6 AS year, i / 6 + 2 AS number, printf('K-%04d-%04d', 2020 + i % 6, i / 6 + 2) AS reference, ?1 > 10000 AND i > 1200 AS closed FROM n ORDER BY reference`, n)
	do("UPDATE cases SET next_due = ?", nextDue)
	do(`INSERT INTO cases (reference, year, number, stage, next_due, received, channel, product, assessor, complete, head, open_terms, first_due, keep_until)
		SELECT n.reference, n.year, n.number, iif(closed, 'closed', stage), iif(closed, NULL, ?), received, channel, product, assessor, complete, head,
		iif(closed, '', open_terms), iif(closed, NULL, first_due), iif(closed, '2099-01-01', NULL) FROM numbers n, template`, nextDue)
	do(`INSERT INTO events (reference, seq, at, kind, by, salt, payload, digest, hash)
		SELECT n.reference, seq, at, kind, by, salt, CAST(replace(replace(CAST(payload AS TEXT), 'K-2026-0001', n.reference), 'n.korst@', 'beoordelaar' || (i % 20) || '@') AS BLOB), digest, hash
		FROM numbers n CROSS JOIN happened WHERE NOT closed OR seq = 1`)
	do(`INSERT INTO outgoing (reference, kind, role, sequence, sender, recipient, subject, message_id, at, parts, state, priority, sent_at, attempts, copied)
		SELECT n.reference, kind, role, sequence, sender, recipient, subject, n.reference || message_id, at, '[]', state, priority, sent_at, 0, copied FROM numbers n CROSS JOIN mails`)
	for _, index := range indexes {
		do(index)
	}
	do("COMMIT")
	do("DROP TABLE numbers")
	do("PRAGMA journal_mode = WAL")
}

// withoutIndexes takes away the indexes of the tables that are filled, and gives what makes them again.
func withoutIndexes(b *testing.B, c *sql.Conn) (again []string) {
	b.Helper()
	rows, err := c.QueryContext(b.Context(), "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql <> '' AND tbl_name IN ('cases', 'outgoing')")
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name, statement string
		if err := rows.Scan(&name, &statement); err != nil {
			b.Fatal(err)
		}
		names, again = append(names, name), append(again, statement)
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		if _, err := c.ExecContext(b.Context(), "DROP INDEX "+name); err != nil {
			b.Fatal(err)
		}
	}
	return again
}

// running puts the program together with a clock that the benchmark moves.
func running(b testing.TB, th *theatre, clock desk.Clock) *app {
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
// klachtd tick, from opening the store to closing it; check is what both do once a day besides, looking at every page of the file.
func BenchmarkTickNothingDue(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			th, db := stocked(b)
			multiply(b, db, n, "2099-01-01")
			now := time.Date(2026, time.April, 7, 9, 0, 0, 0, time.UTC)
			a := running(b, th, func() time.Time { return now })
			tick := func() {
				if err := a.tick(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			check := timed(tick) // and the overview of the week, which is about every open case
			var ticks, processes []time.Duration
			for b.Loop() {
				for now = now.AddDate(0, 0, 1); now.Weekday() == time.Monday; {
					now = now.AddDate(0, 0, 1)
				}
				done(b, db, "check", now)
				if now.Weekday() == time.Tuesday { // Monday's overview is not sent twice
					done(b, db, "digest", now.AddDate(0, 0, -1))
				}
				ticks = append(ticks, timed(tick))
			}
			if err := errors.Join(a.Close(), db.Close()); err != nil {
				b.Fatal(err)
			}
			th.now = now
			for range 10 {
				processes = append(processes, timed(func() {
					if code, _, errs := th.run("tick"); code != exitDone {
						b.Fatal(errs)
					}
				}))
			}
			slices.Sort(ticks)
			processes = processes[1:] // the first opens what was not checked for long
			slices.Sort(processes)
			b.ReportMetric(milliseconds(ticks[len(ticks)/2]), "tick-p50-ms")
			b.ReportMetric(milliseconds(ticks[len(ticks)*99/100]), "tick-p99-ms")
			b.ReportMetric(milliseconds(processes[len(processes)/2]), "process-p50-ms")
			b.ReportMetric(check.Seconds(), "check-and-overview-s")
		})
	}
}

func timed(do func()) time.Duration {
	before := time.Now()
	do()
	return time.Since(before)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// done marks a job as done on a day.
func done(b *testing.B, db *sql.DB, job string, day time.Time) {
	b.Helper()
	if _, err := db.Exec("INSERT INTO jobs VALUES (?, ?, '')", job, day.Format(time.DateOnly)); err != nil {
		b.Fatal(err)
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
