-- What a teacher has chosen, by name; value: JSON. Never a secret: the file is copied and backed up.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
