-- Documents other than PDFs, with what was not read in them; and search in a large library: ids are the reading order (newest
-- document first), and the index knows grade, strand and kind.
ALTER TABLE documents ADD COLUMN format TEXT NOT NULL DEFAULT 'pdf' CHECK (format IN ('pdf', 'csv', 'text'));
-- JSON: [{at, found, allowed}], where there had been numbers of pages only
ALTER TABLE documents RENAME COLUMN unread_pages TO unread;
UPDATE documents SET unread = (
  SELECT json_group_array(json_object('at', value, 'found', '', 'allowed', '')) FROM json_each(documents.unread)
);

DROP TRIGGER standards_added;
DROP TRIGGER standards_removed;
DROP TRIGGER standards_changed;
DROP TABLE standards_fts;
ALTER TABLE standards RENAME TO former_standards;

CREATE TABLE standards (
  -- ascending in reading order: a new document takes the ids below all others, negative ones too
  id INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('standard', 'objective')),
  grade TEXT NOT NULL,
  strand TEXT NOT NULL,
  strand_name TEXT NOT NULL,
  text TEXT NOT NULL,
  page INTEGER NOT NULL,
  -- hex, since the tokenizer would take "9-12" apart, and then "9" would find it
  facets TEXT NOT NULL AS ('g' || hex(grade) || ' s' || hex(strand) || ' k' || hex(kind)) VIRTUAL,
  UNIQUE (document_id, code)
) STRICT;

INSERT INTO standards (id, document_id, code, kind, grade, strand, strand_name, text, page)
SELECT row_number() OVER (ORDER BY d.added_at DESC, d.rowid DESC, s.position),
  s.document_id, s.code, s.kind, s.grade, s.strand, s.strand_name, s.text, s.page
FROM former_standards s JOIN documents d ON d.id = s.document_id;

DROP TABLE former_standards;

CREATE INDEX standards_by_code ON standards (code);
CREATE INDEX standards_by_grade ON standards (grade);
CREATE INDEX standards_by_strand ON standards (strand, strand_name);

-- remove_diacritics 2: "Dvorak" finds "Dvořák"; no stemming, as it would break search while typing (prefixes)
CREATE VIRTUAL TABLE standards_fts USING fts5 (
  code, text, strand_name, facets,
  content = 'standards', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2'
);

CREATE TRIGGER standards_added AFTER INSERT ON standards BEGIN
  INSERT INTO standards_fts (rowid, code, text, strand_name, facets)
  VALUES (new.id, new.code, new.text, new.strand_name, new.facets);
END;

CREATE TRIGGER standards_removed AFTER DELETE ON standards BEGIN
  INSERT INTO standards_fts (standards_fts, rowid, code, text, strand_name, facets)
  VALUES ('delete', old.id, old.code, old.text, old.strand_name, old.facets);
END;

CREATE TRIGGER standards_changed AFTER UPDATE ON standards BEGIN
  INSERT INTO standards_fts (standards_fts, rowid, code, text, strand_name, facets)
  VALUES ('delete', old.id, old.code, old.text, old.strand_name, old.facets);
  INSERT INTO standards_fts (rowid, code, text, strand_name, facets)
  VALUES (new.id, new.code, new.text, new.strand_name, new.facets);
END;

INSERT INTO standards_fts (standards_fts) VALUES ('rebuild');
