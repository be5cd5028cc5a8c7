-- +goose Up
ALTER TABLE lines DROP COLUMN run_resets;
ALTER TABLE lines ADD COLUMN run_calls TEXT NOT NULL DEFAULT '';
ALTER TABLE counters DROP COLUMN run_resets;
UPDATE meta SET value = '3' WHERE name = 'schema_version';
