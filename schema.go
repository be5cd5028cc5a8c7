// Package antre embeds the database's schema, because go:embed cannot reach
// upwards from queue/store. It holds nothing else.
package antre

import _ "embed"

// Schema is schema.sql: the whole database, for SQLite and PostgreSQL alike.
//
//go:embed schema.sql
var Schema string
