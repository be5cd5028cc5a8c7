-- The whole database of one mall, for SQLite and PostgreSQL alike.
--
-- Portable subset: TEXT, INTEGER, BIGINT; times are UTC Unix milliseconds; days
-- are text (2006-01-02) computed in Go in the mall's zone of time; keys are
-- int64 made in Go, or natural keys; names in several languages and hours are
-- JSON text that only Go reads. No clock, no JSON operators and no
-- collation-dependent sorting in SQL. ON CONFLICT, RETURNING and partial
-- indexes are allowed. Nothing is ever deleted but what was only kept for a
-- while: retry keys, sessions, the images for undo, screens that nobody let in,
-- and pictures and sounds that the administrator took away.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta (name, value) VALUES ('schema_version', '5');

-- The mall, as its file defines it. ----------------------------------------

CREATE TABLE mall (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    settings TEXT NOT NULL,              -- JSON: what stands under "mall:" in the file
    hours    TEXT NOT NULL               -- JSON: the mall's week
);

CREATE TABLE zones (
    id         BIGINT PRIMARY KEY,
    code       TEXT NOT NULL,
    code_key   TEXT NOT NULL UNIQUE,     -- upper case: codes are unique without regard to case
    name       TEXT NOT NULL,
    directions TEXT NOT NULL,
    position   INTEGER NOT NULL,         -- order in the mall file
    active     INTEGER NOT NULL CHECK (active IN (0, 1))  -- 0: gone from the file, closed, never deleted
);

CREATE TABLE agencies (
    id       BIGINT PRIMARY KEY,
    code     TEXT NOT NULL,
    code_key TEXT NOT NULL UNIQUE,
    zone_id  BIGINT REFERENCES zones (id),
    name     TEXT NOT NULL,
    short    TEXT NOT NULL,
    say      TEXT NOT NULL,
    icon     TEXT NOT NULL,
    hours    TEXT NOT NULL,
    position INTEGER NOT NULL,
    active   INTEGER NOT NULL CHECK (active IN (0, 1))
);

CREATE TABLE services (
    id             BIGINT PRIMARY KEY,
    code           TEXT NOT NULL,
    code_key       TEXT NOT NULL UNIQUE,
    agency_id      BIGINT NOT NULL REFERENCES agencies (id),
    name           TEXT NOT NULL,
    minutes        INTEGER NOT NULL CHECK (minutes >= 0),
    requirements   TEXT NOT NULL,
    quota_day      INTEGER CHECK (quota_day >= 0),
    quota_kiosk    INTEGER CHECK (quota_kiosk >= 0),
    quota_booking  INTEGER CHECK (quota_booking >= 0),
    quota_priority INTEGER CHECK (quota_priority >= 0),
    hours          TEXT NOT NULL,
    position       INTEGER NOT NULL,
    active         INTEGER NOT NULL CHECK (active IN (0, 1))
);

CREATE TABLE service_after (              -- services that come first in a journey
    service_id BIGINT NOT NULL REFERENCES services (id),
    after_id   BIGINT NOT NULL REFERENCES services (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (service_id, after_id)
);

CREATE TABLE counters (
    id             BIGINT PRIMARY KEY,
    code           TEXT NOT NULL,
    code_key       TEXT NOT NULL UNIQUE,
    agency_id      BIGINT NOT NULL REFERENCES agencies (id),
    zone_id        BIGINT REFERENCES zones (id),   -- null: the agency's
    class          TEXT NOT NULL CHECK (class IN ('any', 'priority')),
    through_breaks INTEGER NOT NULL CHECK (through_breaks IN (0, 1)),
    hours          TEXT NOT NULL,
    position       INTEGER NOT NULL,
    active         INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- today:
    rev            BIGINT NOT NULL,                -- bumped first by every transaction that acts here
    state          TEXT NOT NULL CHECK (state IN ('closed', 'open', 'paused')),
    officer_id     BIGINT,
    opened_day     TEXT NOT NULL,                  -- last business day it was opened on; '' never
    priority_run   INTEGER NOT NULL,               -- priority calls in a row, over all lines it serves
    close_asked    INTEGER NOT NULL CHECK (close_asked IN (0, 1, 2)),  -- 1: its officer asked to close; 2: granted, once the visitor has left
    CHECK ((state = 'closed') = (officer_id IS NULL))
);

CREATE TABLE counter_services (
    counter_id BIGINT NOT NULL REFERENCES counters (id),
    service_id BIGINT NOT NULL REFERENCES services (id),
    role       TEXT NOT NULL CHECK (role IN ('primary', 'assist')),
    position   INTEGER NOT NULL,
    PRIMARY KEY (counter_id, service_id)
);

CREATE TABLE periods (
    position  INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL,
    hours     TEXT NOT NULL
);

CREATE TABLE holidays (
    day  TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE closures (
    id         BIGINT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('closure', 'opening')),
    origin     TEXT NOT NULL CHECK (origin IN ('file', 'desk')),  -- an import replaces only its own
    position   INTEGER NOT NULL,
    from_at    TEXT NOT NULL,            -- local, 2006-01-02T15:04
    to_at      TEXT NOT NULL,
    agency_id  BIGINT REFERENCES agencies (id),
    service_id BIGINT REFERENCES services (id),
    notice     TEXT NOT NULL
);

-- People. --------------------------------------------------------------------

CREATE TABLE staff (
    id            BIGINT PRIMARY KEY,
    username      TEXT NOT NULL,
    username_key  TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('officer', 'supervisor', 'manager', 'admin')),
    agency_id     BIGINT REFERENCES agencies (id),
    password_hash TEXT NOT NULL,          -- argon2id
    sign_out_rev  INTEGER NOT NULL,       -- a session made under an older one is void
    disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1))
);

CREATE TABLE staff_counters (
    staff_id   BIGINT NOT NULL REFERENCES staff (id),
    counter_id BIGINT NOT NULL REFERENCES counters (id),
    PRIMARY KEY (staff_id, counter_id)
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    content    TEXT NOT NULL,             -- base64
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Screens. ------------------------------------------------------------------

CREATE TABLE devices (                    -- kiosks and screens that asked to belong to this mall; their cookie is signed, not kept
    id         BIGINT PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,      -- what it shows until an administrator lets it in; afterwards its id
    kind       TEXT NOT NULL CHECK (kind IN ('kiosk', 'tv', 'overview', 'sign')),
    name       TEXT NOT NULL,
    zone_id    BIGINT REFERENCES zones (id),      -- null: the whole mall
    counter_id BIGINT REFERENCES counters (id),   -- of a sign
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'revoked')),
    asked_at   BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,           -- when it was heard last
    status     TEXT NOT NULL,             -- JSON: what it said of itself
    settings   TEXT NOT NULL DEFAULT ''   -- JSON: what a kiosk's own corner sets; '' before
);

CREATE TABLE media (                      -- what screens show beside the numbers
    id       BIGINT PRIMARY KEY,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,               -- MIME
    seconds  INTEGER NOT NULL,            -- how long a picture stays; a video plays to its end
    zone_id  BIGINT REFERENCES zones (id),        -- null: everywhere
    position INTEGER NOT NULL,
    size     BIGINT NOT NULL,             -- bytes
    sha256   TEXT NOT NULL,               -- '' while its parts arrive
    added_at BIGINT NOT NULL
);

CREATE TABLE media_parts (
    media_id BIGINT NOT NULL REFERENCES media (id),
    part     INTEGER NOT NULL,            -- 0, 1, …, each of the same length but the last
    content  TEXT NOT NULL,               -- base64
    PRIMARY KEY (media_id, part)
);

CREATE TABLE zone_screens (               -- how the screens of a zone sound, and what is said over everything
    zone_key TEXT PRIMARY KEY,            -- code in upper case; '': everywhere
    volume   INTEGER NOT NULL CHECK (volume BETWEEN 0 AND 100),  -- percent
    muted    INTEGER NOT NULL CHECK (muted IN (0, 1)),
    message  TEXT NOT NULL                -- JSON by language; '' when there is none
);

CREATE TABLE images (                     -- the mall's logo and the agencies' pictures
    name     TEXT PRIMARY KEY,            -- 'logo', or 'agency-' and its code in upper case
    type     TEXT NOT NULL,               -- MIME
    content  TEXT NOT NULL,               -- base64
    sha256   TEXT NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE TABLE clips (                      -- the mall's own recordings of what the voice says
    lang     TEXT NOT NULL,
    name     TEXT NOT NULL,
    content  TEXT NOT NULL,               -- base64 of a WAV
    added_at BIGINT NOT NULL,
    PRIMARY KEY (lang, name)
);

-- The day. -------------------------------------------------------------------

CREATE TABLE days (
    day       TEXT PRIMARY KEY,           -- the newest row is today; it never goes back
    opened_at BIGINT NOT NULL
);

CREATE TABLE lines (
    id           BIGINT PRIMARY KEY,
    service_id   BIGINT NOT NULL REFERENCES services (id),
    day          TEXT NOT NULL REFERENCES days (day),
    rev          BIGINT NOT NULL,         -- bumped first by every transaction that changes the line: its lock
    last_number  INTEGER NOT NULL,        -- last number given
    last_place   BIGINT NOT NULL,         -- last place given; places only grow, whatever the clock does
    priority_run INTEGER NOT NULL,        -- priority calls in a row by next while regulars wait here
    quota_day    INTEGER CHECK (quota_day >= 0),  -- today's, where a supervisor changed it
    used_all     INTEGER NOT NULL,        -- numbers that count against the quota
    used_kiosk   INTEGER NOT NULL,
    used_booking INTEGER NOT NULL,
    used_regular INTEGER NOT NULL,
    run_calls    TEXT NOT NULL DEFAULT '',  -- JSON: the calls that priority_run is counted from, so that each can be taken back
    UNIQUE (service_id, day)
);

CREATE TABLE tickets (
    id          BIGINT PRIMARY KEY,
    token_hash  TEXT NOT NULL UNIQUE,     -- the token itself is derived from id and a secret outside the database
    line_id     BIGINT NOT NULL REFERENCES lines (id),  -- whose series the number is from
    number      INTEGER NOT NULL CHECK (number > 0),
    code        TEXT NOT NULL,
    class       TEXT NOT NULL CHECK (class IN ('regular', 'priority')),
    lang        TEXT NOT NULL,
    channel     TEXT NOT NULL CHECK (channel IN ('kiosk', 'booking')),
    journey     TEXT NOT NULL CHECK (journey IN ('', 'fixed', 'any', 'parallel')),
    phone_hash  TEXT,                     -- keyed hash, only to count; gone at the day's end
    issued_at   BIGINT NOT NULL,
    ahead_told  INTEGER NOT NULL,         -- as told at issue, and as the slip prints
    wait_low_s  INTEGER,
    wait_high_s INTEGER,
    UNIQUE (line_id, number)
);
CREATE INDEX tickets_by_phone ON tickets (phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE stops (
    id             BIGINT PRIMARY KEY,
    ticket_id      BIGINT NOT NULL REFERENCES tickets (id),
    line_id        BIGINT NOT NULL REFERENCES lines (id),
    leg            INTEGER NOT NULL,      -- 1, 2, … along a journey
    rev            BIGINT NOT NULL,       -- grows with every change of this row
    class          TEXT NOT NULL CHECK (class IN ('regular', 'priority')),  -- the ticket's
    place          BIGINT NOT NULL,       -- order in the line; sparse, so that one who returns finds room
    state          TEXT NOT NULL CHECK (state IN ('planned', 'waiting', 'called', 'serving', 'held',
                                                  'done', 'no_show', 'cancelled', 'transferred', 'undone')),
    counter_id     BIGINT REFERENCES counters (id),     -- where it was called, or is held
    arrived_at     BIGINT NOT NULL,
    called_at      BIGINT,                -- first call
    last_called_at BIGINT,                -- last call or recall
    calls          INTEGER NOT NULL,      -- calls and recalls
    started_at     BIGINT,
    ended_at       BIGINT,
    start_inferred INTEGER NOT NULL CHECK (start_inferred IN (0, 1)),
    ended_by       TEXT NOT NULL,         -- '', 'counter', 'visitor', 'undo' or 'day_end'
    returned       INTEGER NOT NULL CHECK (returned IN (0, 1)),  -- was a no-show once and came back
    late_until     BIGINT NOT NULL DEFAULT 0,    -- the visitor is late: passed over until then; 0: never asked for time
    UNIQUE (ticket_id, leg),
    UNIQUE (line_id, place),
    CHECK (state NOT IN ('called', 'serving') OR counter_id IS NOT NULL),
    CHECK (state NOT IN ('done', 'no_show', 'cancelled', 'transferred', 'undone') OR ended_at IS NOT NULL)
);
-- A visitor is never at two counters, and a counter never has two visitors.
CREATE UNIQUE INDEX one_counter_per_ticket ON stops (ticket_id) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX one_ticket_per_counter ON stops (counter_id) WHERE state IN ('called', 'serving');
CREATE INDEX waiting_stops ON stops (line_id, class, place) WHERE state = 'waiting';
CREATE INDEX open_stops ON stops (line_id) WHERE state IN ('planned', 'waiting', 'called', 'serving', 'held');
CREATE INDEX called_stops ON stops (line_id, last_called_at) WHERE last_called_at IS NOT NULL;
CREATE INDEX stops_by_counter ON stops (counter_id, last_called_at) WHERE last_called_at IS NOT NULL;

CREATE TABLE actions (                    -- what stood before an officer's action, for undo; emptied at the day's end
    id         BIGINT PRIMARY KEY,        -- of its first event
    counter_id BIGINT NOT NULL REFERENCES counters (id),
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    before     TEXT NOT NULL,             -- JSON
    open       INTEGER NOT NULL CHECK (open IN (0, 1))  -- 0: undone, or not to be undone
);
CREATE INDEX actions_by_counter ON actions (counter_id, id);

-- The record. ----------------------------------------------------------------

CREATE TABLE chains (                     -- the head of each chain of events
    name      TEXT PRIMARY KEY,           -- 'line:<id>', or 'mall' for everything else
    length    BIGINT NOT NULL,
    head_hash TEXT NOT NULL
);

CREATE TABLE events (                     -- append-only
    id         BIGINT PRIMARY KEY,
    chain      TEXT NOT NULL REFERENCES chains (name),
    position   BIGINT NOT NULL,           -- 1, 2, … within the chain
    kind       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    day        TEXT NOT NULL,
    ticket_id  BIGINT REFERENCES tickets (id),
    stop_id    BIGINT REFERENCES stops (id),
    counter_id BIGINT REFERENCES counters (id),
    staff_id   BIGINT REFERENCES staff (id),
    actor      TEXT NOT NULL,             -- 'visitor', 'staff', 'clock' or 'command'
    retry_id   BIGINT,                    -- the retry key it was asked with
    undoes     BIGINT REFERENCES events (id),
    detail     TEXT NOT NULL,             -- JSON; never personal data
    hash       TEXT NOT NULL,             -- over the row and the hash before it
    UNIQUE (chain, position)
);
CREATE INDEX events_by_ticket ON events (ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE notes (                      -- reasons and phones: in the chain only as salted hashes, so that they can be purged
    event_id BIGINT NOT NULL REFERENCES events (id),
    name     TEXT NOT NULL,
    salt     TEXT NOT NULL,
    content  TEXT,                        -- null: purged
    PRIMARY KEY (event_id, name)
);

-- Retries. -------------------------------------------------------------------

CREATE TABLE retry_keys (
    id        BIGINT PRIMARY KEY,         -- first 63 bits of the digest of caller, path and key
    digest    TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    answer    TEXT NOT NULL,              -- JSON of what was done; never a token
    at        BIGINT NOT NULL
);
CREATE INDEX retry_keys_by_age ON retry_keys (at);

-- Servers. -------------------------------------------------------------------

CREATE TABLE servers (                    -- who serves this mall: one on SQLite, any number on PostgreSQL
    id         BIGINT PRIMARY KEY,        -- counts up with every start
    address    TEXT NOT NULL,             -- how kiosks, consoles and screens reach it
    clock_ms   BIGINT NOT NULL,           -- how far its clock is ahead of the database's
    seen_at    BIGINT NOT NULL,           -- by the database's clock
    public_key TEXT NOT NULL,             -- to which another server seals the installation's secret; '' when it has it
    sealed     TEXT NOT NULL              -- that secret; '' until somebody has answered
);
