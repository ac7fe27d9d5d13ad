-- Instants are UTC, fixed-width RFC 3339 text: 2026-04-02T12:00:00.000Z. Days are YYYY-MM-DD.

CREATE TABLE cases (
  reference  TEXT PRIMARY KEY CHECK (reference GLOB 'K-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]*'),
  year       INTEGER NOT NULL,
  number     INTEGER NOT NULL CHECK (number > 0),
  stage      TEXT NOT NULL CHECK (stage IN ('registered','informal','assessing','consulting','decided','objection','closed')),
  next_due   TEXT,
  received   TEXT NOT NULL,
  channel    TEXT NOT NULL CHECK (channel IN ('mail','letter','phone')),
  product    TEXT NOT NULL,
  assessor   TEXT NOT NULL,
  complete   INTEGER NOT NULL CHECK (complete IN (0, 1)),
  UNIQUE (year, number)
) STRICT;
CREATE INDEX cases_due ON cases (next_due) WHERE next_due IS NOT NULL;

-- What happened in a case. hash = SHA-256 over previous hash, case, seq, at, kind, by and digest;
-- digest = SHA-256 over salt and payload. Erasing salt and payload leaves the chain whole.
CREATE TABLE events (
  reference TEXT NOT NULL REFERENCES cases (reference) DEFERRABLE INITIALLY DEFERRED,
  seq       INTEGER NOT NULL CHECK (seq > 0),
  at        TEXT NOT NULL,
  kind      TEXT NOT NULL,
  by        TEXT NOT NULL CHECK (by IN ('complainant','manager','assessor','mediator','committee','operator','system')),
  salt      BLOB,
  payload   BLOB,
  digest    BLOB NOT NULL,
  hash      BLOB NOT NULL,
  PRIMARY KEY (reference, seq)
) STRICT, WITHOUT ROWID;

-- Received messages, byte for byte, once each, in pieces so that a large one never stands in memory.
CREATE TABLE originals (
  digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
  size   INTEGER NOT NULL,
  raw    INTEGER NOT NULL CHECK (raw IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE chunks (
  digest TEXT NOT NULL REFERENCES originals (digest) ON DELETE CASCADE,
  n      INTEGER NOT NULL,
  data   BLOB NOT NULL,
  PRIMARY KEY (digest, n)
) STRICT;

-- Incoming mail of a case.
CREATE TABLE incoming (
  id         INTEGER PRIMARY KEY,
  reference  TEXT NOT NULL REFERENCES cases (reference) DEFERRABLE INITIALLY DEFERRED,
  kind       TEXT NOT NULL,
  sender     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  message_id TEXT NOT NULL,
  at         TEXT NOT NULL,
  original   TEXT NOT NULL
) STRICT;
CREATE INDEX incoming_reference ON incoming (reference);
CREATE INDEX incoming_message_id ON incoming (message_id) WHERE message_id <> '';

-- Outgoing mail: finished bytes, written in the transaction that caused them.
CREATE TABLE outgoing (
  id         INTEGER PRIMARY KEY,
  reference  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('complainant','manager','assessor','mediator','committee','operator','system')),
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
CREATE INDEX outgoing_waiting ON outgoing (priority, next) WHERE state IN ('queued','maybe');
CREATE INDEX outgoing_reference ON outgoing (reference);
CREATE INDEX outgoing_sent ON outgoing (sent_at) WHERE state = 'sent';
CREATE INDEX outgoing_uncopied ON outgoing (id) WHERE state = 'sent' AND copied = 0;
CREATE TABLE attempts (
  outgoing INTEGER NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
  at       TEXT NOT NULL,
  outcome  TEXT NOT NULL CHECK (outcome IN ('sent','retry','failed')),
  answer   TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_outgoing ON attempts (outgoing);

-- Every mail that was looked at: its digest and what it was, never its content.
CREATE TABLE seen (
  digest      BLOB PRIMARY KEY,
  message_id  BLOB NOT NULL,
  body_digest BLOB NOT NULL,
  verdict     TEXT NOT NULL CHECK (verdict IN ('ordinary','complaint','doubt','filed')),
  reference   TEXT NOT NULL,
  moved       INTEGER NOT NULL CHECK (moved IN (0, 1)),
  at          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_message ON seen (message_id, body_digest);

-- Mails of which the manager is asked whether they are complaints.
CREATE TABLE doubts (
  reference TEXT PRIMARY KEY CHECK (reference GLOB 'T-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]*'),
  year      INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  received  TEXT NOT NULL,
  asked     TEXT NOT NULL,
  original  TEXT NOT NULL,
  too_large INTEGER NOT NULL CHECK (too_large IN (0, 1)),
  verdict   TEXT NOT NULL CHECK (verdict IN ('doubt','ordinary','complaint')),
  became    TEXT NOT NULL,
  settled   TEXT,
  UNIQUE (year, number)
) STRICT;

CREATE TABLE positions (folder TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT;
CREATE TABLE jobs (job TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (job, day)) STRICT;
CREATE TABLE replies (recipient TEXT NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (recipient, day)) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
