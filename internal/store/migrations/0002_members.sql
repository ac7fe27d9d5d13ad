-- A member of the disputes committee gets mail and can ask how things stand (Klachtenprocedure 10), so
-- the checks on roles must know him. A check cannot be changed in place: the tables are made anew.
-- The letters of a kind are numbered by an index, since a morning can bring thousands of reminders.

CREATE TABLE events_new (
  reference TEXT NOT NULL REFERENCES cases (reference) DEFERRABLE INITIALLY DEFERRED,
  seq       INTEGER NOT NULL CHECK (seq > 0),
  at        TEXT NOT NULL,
  kind      TEXT NOT NULL,
  by        TEXT NOT NULL CHECK (by IN ('complainant','manager','assessor','mediator','committee','member','operator','system')),
  salt      BLOB,
  payload   BLOB,
  digest    BLOB NOT NULL,
  hash      BLOB NOT NULL,
  PRIMARY KEY (reference, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO events_new SELECT reference, seq, at, kind, by, salt, payload, digest, hash FROM events;
DROP TABLE events;
ALTER TABLE events_new RENAME TO events;

CREATE TABLE attempts_kept (outgoing INTEGER NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL) STRICT;
INSERT INTO attempts_kept SELECT outgoing, at, outcome, answer FROM attempts ORDER BY rowid;
DROP TABLE attempts;
CREATE TABLE outgoing_new (
  id         INTEGER PRIMARY KEY,
  reference  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('complainant','manager','assessor','mediator','committee','member','operator','system')),
  sequence   INTEGER NOT NULL,
  sender     TEXT NOT NULL,
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  at         TEXT NOT NULL,
  parts      TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('queued','maybe','sent','failed','cancelled')),
  priority   INTEGER NOT NULL,
  next       TEXT,
  attempts   INTEGER NOT NULL DEFAULT 0,
  sent_at    TEXT,
  copied     INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1))
) STRICT;
INSERT INTO outgoing_new SELECT id, reference, kind, role, sequence, sender, recipient, subject, message_id, at, parts, state, priority, next, attempts, sent_at, copied FROM outgoing;
DROP TABLE outgoing;
ALTER TABLE outgoing_new RENAME TO outgoing;
CREATE INDEX outgoing_waiting ON outgoing (priority, next) WHERE state IN ('queued','maybe');
CREATE INDEX outgoing_letter ON outgoing (reference, kind, sequence);
CREATE INDEX outgoing_sent ON outgoing (sent_at) WHERE state = 'sent';
CREATE INDEX outgoing_uncopied ON outgoing (id) WHERE state = 'sent' AND copied = 0;
CREATE TABLE attempts (
  outgoing INTEGER NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  outcome  TEXT NOT NULL CHECK (outcome IN ('sent','retry','failed')),
  answer   TEXT NOT NULL
) STRICT;
INSERT INTO attempts SELECT outgoing, at, outcome, answer FROM attempts_kept;
DROP TABLE attempts_kept;
CREATE INDEX attempts_outgoing ON attempts (outgoing);
