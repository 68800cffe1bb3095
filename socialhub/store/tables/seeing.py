"""What else names a mention, and what each of several ways by which it was seen shows of it.

A sighting's own words and numbers are kept once a mention has more than one: `words` is NULL until then. `title` and
`text` are NULL where they are those of the mention. `claimed` is the identity that its source gave, `gone` why it is
not there any more.
"""

from __future__ import annotations

from typing import Final

SEEING: Final = """
CREATE TABLE aliases (id TEXT PRIMARY KEY, mention INTEGER NOT NULL REFERENCES mentions(id)) WITHOUT ROWID;
CREATE INDEX aliases_by_mention ON aliases(mention);
ALTER TABLE sightings ADD COLUMN words INTEGER;
ALTER TABLE sightings ADD COLUMN claimed TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN title TEXT;
ALTER TABLE sightings ADD COLUMN text TEXT;
ALTER TABLE sightings ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN handle TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN likes INTEGER;
ALTER TABLE sightings ADD COLUMN shares INTEGER;
ALTER TABLE sightings ADD COLUMN replies INTEGER;
ALTER TABLE sightings ADD COLUMN reach INTEGER;
ALTER TABLE sightings ADD COLUMN gone TEXT NOT NULL DEFAULT '';
"""
