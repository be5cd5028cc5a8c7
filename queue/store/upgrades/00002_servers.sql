-- +goose Up
CREATE TABLE servers (
    id         BIGINT PRIMARY KEY,
    address    TEXT NOT NULL,
    clock_ms   BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    sealed     TEXT NOT NULL
);
UPDATE meta SET value = '2' WHERE name = 'schema_version';
