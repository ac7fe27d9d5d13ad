-- The annual analyses that were made, with the mail that brought each to the manager (Klachtenprocedure 13).
CREATE TABLE analyses (
  year       INTEGER PRIMARY KEY,
  at         TEXT NOT NULL,
  message_id TEXT NOT NULL
) STRICT;

-- What stays of an erased case: that it was erased, and apart from that, with nothing that joins the
-- two, one anonymous line of statistics.
CREATE TABLE erasures (
  reference TEXT PRIMARY KEY REFERENCES cases (reference) DEFERRABLE INITIALLY DEFERRED,
  at        TEXT NOT NULL,
  by        TEXT NOT NULL CHECK (by IN ('operator','system')),
  reason    TEXT NOT NULL
) STRICT;
CREATE TABLE statistics (
  id   INTEGER PRIMARY KEY, -- drawn by lot: an order would tell which case it was
  year INTEGER NOT NULL,
  line TEXT NOT NULL
) STRICT;
CREATE INDEX statistics_year ON statistics (year);

-- The last day on which a closed case is kept; the register is made anew after this step, which fills it.
ALTER TABLE cases ADD COLUMN keep_until TEXT;
CREATE INDEX cases_keep ON cases (keep_until) WHERE keep_until IS NOT NULL;
ALTER TABLE cases ADD COLUMN erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1));
