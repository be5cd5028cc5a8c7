-- +goose Up
ALTER TABLE stops ADD COLUMN late_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN settings TEXT NOT NULL DEFAULT '';
UPDATE meta SET value = '5' WHERE name = 'schema_version';
