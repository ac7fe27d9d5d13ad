-- How often mail to an address failed for good, by a keyed digest of the address.
CREATE TABLE failures (
  recipient TEXT PRIMARY KEY,
  number    INTEGER NOT NULL CHECK (number > 0),
  last      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
