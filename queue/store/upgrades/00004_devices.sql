-- +goose Up
CREATE TABLE devices (
    id         BIGINT PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('kiosk', 'tv', 'overview', 'sign')),
    name       TEXT NOT NULL,
    zone_id    BIGINT REFERENCES zones (id),
    counter_id BIGINT REFERENCES counters (id),
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'revoked')),
    asked_at   BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    status     TEXT NOT NULL
);

CREATE TABLE media (
    id       BIGINT PRIMARY KEY,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    seconds  INTEGER NOT NULL,
    zone_id  BIGINT REFERENCES zones (id),
    position INTEGER NOT NULL,
    size     BIGINT NOT NULL,
    sha256   TEXT NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE TABLE media_parts (
    media_id BIGINT NOT NULL REFERENCES media (id),
    part     INTEGER NOT NULL,
    content  TEXT NOT NULL,
    PRIMARY KEY (media_id, part)
);

CREATE TABLE zone_screens (
    zone_key TEXT PRIMARY KEY,
    volume   INTEGER NOT NULL CHECK (volume BETWEEN 0 AND 100),
    muted    INTEGER NOT NULL CHECK (muted IN (0, 1)),
    message  TEXT NOT NULL
);

CREATE TABLE images (
    name     TEXT PRIMARY KEY,
    type     TEXT NOT NULL,
    content  TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE TABLE clips (
    lang     TEXT NOT NULL,
    name     TEXT NOT NULL,
    content  TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (lang, name)
);
UPDATE meta SET value = '4' WHERE name = 'schema_version';
