package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// BenchmarkShared64 is how many numbers 64 visitors at once take from 1, 4 and
// 16 services on PostgreSQL, beside the most that one row lock per line allows:
// the same statements in plain pgx, with nothing around them. The ratio is what
// our own program costs. Both run by turns in one benchmark, on one cluster.
func BenchmarkShared64(b *testing.B) {
	cluster := pgtest.NewCluster(b)
	for _, services := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("services=%d", services), func(b *testing.B) {
			ours := newShared(b, cluster.Fresh(fmt.Sprint("ours", services)), services)
			bare := newBare(b, cluster.Fresh(fmt.Sprint("bare", services)), services)
			var took [2]time.Duration
			for b.Loop() {
				took[0] += together(b, 640, ours.issue)
				took[1] += together(b, 640, bare.issue)
			}
			n := float64(640 * b.N)
			b.ReportMetric(n/took[0].Seconds(), "ours/s")
			b.ReportMetric(n/took[1].Seconds(), "pgx/s")
			b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "ratio")
		})
	}
}

// together has 64 visitors take n numbers.
func together(b *testing.B, n int, issue func(i int) error) time.Duration {
	b.Helper()
	began := time.Now()
	var left atomic.Int64
	var visitors sync.WaitGroup
	for range 64 {
		visitors.Go(func() {
			for i := left.Add(1); i <= int64(n); i = left.Add(1) {
				if err := issue(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	visitors.Wait()
	return time.Since(began)
}

func benchMall(services int) *queue.Mall {
	mall := &queue.Mall{Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta"}}
	a := queue.Agency{Code: "SATU", Name: queue.Text{"id": "Satu"}}
	for i := range services {
		code := string(rune('A' + i))
		a.Services = append(a.Services, queue.Service{Code: code, Name: queue.Text{"id": code}, Minutes: 10})
		a.Counters = append(a.Counters, queue.Counter{Code: fmt.Sprint(i + 1), Services: []string{code}})
	}
	mall.Agencies = []queue.Agency{a}
	return mall
}

type sharedBench struct {
	st       *store.Store
	services int
	key      atomic.Int64
}

func newShared(b *testing.B, url string, services int) *sharedBench {
	b.Helper()
	st, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	if err := st.Import(b.Context(), store.By{Actor: "command"}, benchMall(services)); err != nil {
		b.Fatal(err)
	}
	return &sharedBench{st: st, services: services}
}

func (s *sharedBench) issue(i int) error {
	by := store.By{Actor: "visitor", Retry: store.Retry{Caller: "c", Path: "/api/tickets", Key: fmt.Sprint(s.key.Add(1)), Body: []byte("{}")}}
	_, err := s.st.Issue(context.Background(), by, store.Wanted{Services: []string{string(rune('A' + i%s.services))}, Lang: "id"})
	return err
}

// bareBench gives numbers with the statements of Issue and nothing else.
type bareBench struct {
	pool     *pgxpool.Pool
	services []int64
	lines    []int64
	heads    []atomic.Int64
	id       atomic.Int64
	detail   string
	hash     string
}

func newBare(b *testing.B, url string, services int) *bareBench {
	b.Helper()
	s := newShared(b, url, services) // makes the tables and gives each line its first number
	for i := range services {
		if err := s.issue(i); err != nil {
			b.Fatal(err)
		}
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = 24
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	bare := &bareBench{pool: pool, heads: make([]atomic.Int64, services)}
	rows, err := pool.Query(b.Context(), "SELECT service_id, id FROM lines ORDER BY service_id")
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		var service, line int64
		if err := rows.Scan(&service, &line); err != nil {
			b.Fatal(err)
		}
		bare.services, bare.lines = append(bare.services, service), append(bare.lines, line)
	}
	if err := pool.QueryRow(b.Context(), "SELECT detail, hash, id FROM events WHERE kind = 'issued' ORDER BY id DESC LIMIT 1").Scan(&bare.detail, &bare.hash, new(int64)); err != nil {
		b.Fatal(err)
	}
	bare.id.Store(time.Now().UnixMilli() << 21)
	return bare
}

func (p *bareBench) issue(i int) error {
	ctx := context.Background()
	tx, err := p.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	var day, definition string
	service, line := p.services[i%len(p.services)], p.lines[i%len(p.lines)]
	ticket, stop, event, retry := p.id.Add(1), p.id.Add(1), p.id.Add(1), p.id.Add(1)
	chain := fmt.Sprint("line:", line)
	var n [8]int64
	var text string
	for _, do := range []func() error{
		func() error { _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared($1)", 7); return err },
		func() error {
			return tx.QueryRow(ctx, "SELECT coalesce((SELECT max(day) FROM days), ''), coalesce((SELECT value FROM meta WHERE name = 'definition'), '')").Scan(&day, &definition)
		},
		func() error {
			_, err := tx.Exec(ctx, "SELECT digest, body_hash, answer FROM retry_keys WHERE id = $1", retry)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, "SELECT id FROM lines WHERE day = $1 AND service_id IN ($2) ORDER BY service_id FOR NO KEY UPDATE", day, service)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, "SELECT id, last_place, last_number, priority_run, quota_day, used_all, used_kiosk, used_booking, used_regular FROM lines WHERE service_id = $1 AND day = $2", service, day)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, `SELECT coalesce(sum(CASE WHEN k.opened_day = $1 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN k.state <> 'closed' THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'primary' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'assist' THEN 1 ELSE 0 END), 0)
				FROM counter_services cs JOIN counters k ON k.id = cs.counter_id WHERE cs.service_id = $2 AND k.active = 1`, day, service)
			return err
		},
		func() error {
			return tx.QueryRow(ctx, `UPDATE lines SET rev = rev + 1, last_number = last_number + 1, last_place = CASE WHEN last_place >= $1 THEN last_place + $2 ELSE $3 END,
				used_all = used_all + 1, used_kiosk = used_kiosk + 1, used_booking = used_booking, used_regular = used_regular + 1 WHERE id = $4 RETURNING last_number, last_place`,
				n[7], 64, n[7], line).Scan(&n[0], &n[1])
		},
		func() error {
			return tx.QueryRow(ctx, `SELECT coalesce(sum(CASE WHEN class = 'regular' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN class = 'priority' THEN 1 ELSE 0 END), 0),
				coalesce(min(CASE WHEN class = 'regular' THEN arrived_at END), 0) FROM stops WHERE line_id = $1 AND state = 'waiting'`, line).Scan(&n[2], &n[3], &n[4])
		},
		func() error {
			_, err := tx.Exec(ctx, `INSERT INTO tickets (id, token_hash, line_id, number, code, class, lang, channel, journey, phone_hash, issued_at, ahead_told, wait_low_s, wait_high_s)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, ticket, fmt.Sprint(p.hash, ticket), line, n[0], "A-001", "regular", "id", "kiosk", "", nil, ticket, n[2], nil, nil)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, `INSERT INTO stops (id, ticket_id, line_id, leg, rev, class, place, state, arrived_at, calls, start_inferred, ended_by, returned)
				VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, 0, 0, '', 0)`, stop, ticket, line, 1, "regular", n[1], "waiting", ticket)
			return err
		},
		func() error {
			return tx.QueryRow(ctx, `SELECT c.length, c.head_hash, coalesce(e.id, 0) FROM chains c LEFT JOIN events e ON e.chain = c.name AND e.position = c.length WHERE c.name = $1`, chain).Scan(&n[5], &text, &n[6])
		},
		func() error {
			_, err := tx.Exec(ctx, `INSERT INTO events (id, chain, position, kind, at, day, ticket_id, stop_id, counter_id, staff_id, actor, retry_id, undoes, detail, hash)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, event, chain, n[5]+1, "issued", ticket, day, ticket, stop, nil, nil, "visitor", retry, nil, p.detail, p.hash)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, "INSERT INTO retry_keys (id, digest, body_hash, answer, at) VALUES ($1, $2, $3, $4, $5)", retry, p.hash, p.hash, strings.Repeat("x", 400), ticket)
			return err
		},
		func() error {
			_, err := tx.Exec(ctx, "UPDATE chains SET length = $1, head_hash = $2 WHERE name = $3", n[5]+1, p.hash, chain)
			return err
		},
		func() error { return tx.Commit(ctx) },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}
