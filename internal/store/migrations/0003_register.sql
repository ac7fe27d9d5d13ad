-- The register is listed and searched without reading every file: what it shows of a case stands beside
-- the case, and its words in a full-text index. Both are derived from the events and made anew from them
-- at a start after this step (cases.head is NULL until then).

-- head is the hash of the last event, so that events missing at the end of a chain show.
ALTER TABLE cases ADD COLUMN head BLOB;
-- open_terms are the terms that are not met, in the procedure's order: "contact 2026-04-17 keep 2027-05-01".
ALTER TABLE cases ADD COLUMN open_terms TEXT NOT NULL DEFAULT '';
-- first_due is the last day of the first promise of ours that is not met.
ALTER TABLE cases ADD COLUMN first_due TEXT;
CREATE INDEX cases_first_due ON cases (first_due) WHERE first_due IS NOT NULL;
CREATE INDEX cases_open ON cases (year, number) WHERE stage <> 'closed';
CREATE INDEX cases_assessor ON cases (assessor, year, number);

-- The row of a case is its year and number: 2026000007. With secure-delete nothing of a removed word stays in the index.
CREATE VIRTUAL TABLE search USING fts5(words, prefix='3', tokenize="unicode61 remove_diacritics 2");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Whoever erases the text of a case erases its words.
CREATE TRIGGER events_erased AFTER UPDATE OF payload ON events WHEN new.payload IS NULL BEGIN
  DELETE FROM search WHERE rowid = CAST(substr(old.reference, 3, 4) AS INTEGER) * 1000000 + CAST(substr(old.reference, 8) AS INTEGER);
END;
CREATE TRIGGER events_deleted AFTER DELETE ON events BEGIN
  DELETE FROM search WHERE rowid = CAST(substr(old.reference, 3, 4) AS INTEGER) * 1000000 + CAST(substr(old.reference, 8) AS INTEGER);
END;
CREATE TRIGGER cases_deleted AFTER DELETE ON cases BEGIN
  DELETE FROM search WHERE rowid = old.year * 1000000 + old.number;
END;

-- Who prints and posts letters at the mailbox is a role (team). A wider check leaves every row as it was, so
-- the text of the check is replaced (sqlite.org/lang_altertable.html#otheralter).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''member'',''operator''', '''member'',''team'',''operator''') WHERE type = 'table' AND name IN ('events', 'outgoing');
PRAGMA writable_schema = RESET;
