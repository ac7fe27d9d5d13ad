package store

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// A database of the first version comes along whole: its chain, its mails, and every attempt at them.
func TestMigratesTheFirstVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "klachtd.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if err := step(t.Context(), db, "migrations/0001_start.sql", 1); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"INSERT INTO cases VALUES ('K-2026-0001', 2026, 1, 'assessing', '2026-04-14', '2026-04-02', 'mail', '', '', 1)",
		"INSERT INTO events VALUES ('K-2026-0001', 1, '2026-04-02T12:00:00.000Z', 'data_requested', 'system', x'01', CAST('{}' AS BLOB), x'02', x'03')",
		`INSERT INTO outgoing (id, reference, kind, role, sequence, sender, recipient, subject, message_id, at, parts, state, priority, next)
			VALUES (7, 'K-2026-0001', 'forward', 'assessor', 1, '', '', '', '<1>', '2026-04-02T12:00:00.000Z', '[]', 'queued', 1, '2026-04-02T12:00:00.000Z')`,
		"INSERT INTO attempts VALUES (7, '2026-04-02T12:00:00.000Z', 'retry', '421'), (7, '2026-04-02T12:01:00.000Z', 'retry', '450')",
	} {
		if _, err := db.Exec(sql); err != nil {
			t.Fatal(sql, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	view(t, s, func(tx *Tx) error {
		events, err := tx.Events(complaint.Reference{Year: 2026, Number: 1})
		if len(events) != 1 || events[0].By != complaint.RoleSystem {
			t.Errorf("%d events", len(events))
		}
		return err
	})
	view(t, s, func(tx *Tx) error {
		waiting, err := tx.Waiting()
		if len(waiting) != 1 || waiting[0].ID != 7 {
			t.Errorf("%d mails wait", len(waiting))
		}
		return err
	})
	view(t, s, func(tx *Tx) error {
		attempts, err := tx.Attempts(7)
		if len(attempts) != 2 || attempts[1].Answer != "450" || !attempts[0].At.Equal(time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("attempts %v", attempts)
		}
		return err
	})
}

// Everybody who has a part in the procedure has mail and events: members of the committee (Klachtenprocedure 10) and
// the team that posts letters came with later schemas.
func TestEveryRoleIsKnown(t *testing.T) {
	s := fresh(t)
	ref := addCase(t, s, "")
	for n, role := range []complaint.Role{
		complaint.RoleComplainant, complaint.RoleManager, complaint.RoleAssessor, complaint.RoleMediator, complaint.RoleCommittee,
		complaint.RoleMember, complaint.RoleTeam, complaint.RoleOperator, complaint.RoleSystem,
	} {
		t.Run(string(role), func(t *testing.T) {
			update(t, s, func(tx *Tx) error {
				return tx.Append(ref, noon, role, []complaint.Fact{&complaint.Acknowledged{}}, index(""))
			})
			if role == complaint.RoleSystem {
				return // it writes to nobody but itself
			}
			m := mail(complaint.LetterCommittee, n+1)
			m.Role = role
			enqueue(t, s, m, noon)
		})
	}
}
