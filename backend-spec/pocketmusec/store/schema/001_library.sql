-- Documents that were imported, what was read out of them, and the index for searching it.
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  pages INTEGER NOT NULL,
  unread_pages TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE standards (
  id INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('standard', 'objective')),
  grade TEXT NOT NULL,
  strand TEXT NOT NULL,
  strand_name TEXT NOT NULL,
  text TEXT NOT NULL,
  page INTEGER NOT NULL,
  UNIQUE (document_id, code)
) STRICT;

CREATE INDEX standards_by_place ON standards (document_id, position);
CREATE INDEX standards_by_grade ON standards (grade);
CREATE INDEX standards_by_strand ON standards (strand, strand_name);

-- remove_diacritics 2: "Dvorak" finds "Dvořák"; no stemming, as it would break search while typing (prefixes)
CREATE VIRTUAL TABLE standards_fts USING fts5 (
  code, text, strand_name,
  content = 'standards', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TRIGGER standards_added AFTER INSERT ON standards BEGIN
  INSERT INTO standards_fts (rowid, code, text, strand_name) VALUES (new.id, new.code, new.text, new.strand_name);
END;

CREATE TRIGGER standards_removed AFTER DELETE ON standards BEGIN
  INSERT INTO standards_fts (standards_fts, rowid, code, text, strand_name)
  VALUES ('delete', old.id, old.code, old.text, old.strand_name);
END;

CREATE TRIGGER standards_changed AFTER UPDATE ON standards BEGIN
  INSERT INTO standards_fts (standards_fts, rowid, code, text, strand_name)
  VALUES ('delete', old.id, old.code, old.text, old.strand_name);
  INSERT INTO standards_fts (rowid, code, text, strand_name) VALUES (new.id, new.code, new.text, new.strand_name);
END;
