package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// Statements are written once, with "?" for their arguments. PostgreSQL wants
// $1, $2, …, which the SQLite driver binds wrongly when they are out of order.

type reading interface {
	querier
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// numbered is a connection, pool or transaction of PostgreSQL that takes our
// statements.
type numbered struct{ reading }

// QueryContext reads rows.
func (n numbered) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return n.reading.QueryContext(ctx, dollars(query), args...)
}

// QueryRowContext reads one row.
func (n numbered) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return n.reading.QueryRowContext(ctx, dollars(query), args...)
}

// dollars numbers a statement's arguments. None of our statements has a
// question mark in a text.
func dollars(query string) string {
	parts := strings.Split(query, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(i+1) + part)
	}
	return b.String()
}
