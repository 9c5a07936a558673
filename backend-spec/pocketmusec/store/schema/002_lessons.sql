-- Lessons with all their versions and the draft being typed, and the images that they show.
CREATE TABLE lessons (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  newest INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- content: JSON as the API has it; standards: JSON list of what each code said when it was linked
CREATE TABLE lesson_versions (
  lesson INTEGER NOT NULL REFERENCES lessons (number) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  saved_at TEXT NOT NULL,
  content TEXT NOT NULL,
  standards TEXT NOT NULL,
  PRIMARY KEY (lesson, version)
) STRICT;

CREATE TABLE lesson_drafts (
  lesson INTEGER PRIMARY KEY REFERENCES lessons (number) ON DELETE CASCADE,
  base_version INTEGER NOT NULL,
  saved_at TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;

-- `code` so that the query made for standards finds the codes of lessons too
CREATE VIRTUAL TABLE lessons_fts USING fts5 (
  title, code, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TABLE images (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

-- what the newest version or the draft shows; an image that stands here cannot be removed
CREATE TABLE lesson_images (
  lesson INTEGER NOT NULL REFERENCES lessons (number) ON DELETE CASCADE,
  image TEXT NOT NULL REFERENCES images (id),
  PRIMARY KEY (lesson, image)
) STRICT, WITHOUT ROWID;

CREATE INDEX lesson_images_by_image ON lesson_images (image);
