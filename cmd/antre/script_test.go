package main

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"antre/queue"
	"antre/queue/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"antre": func() {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: map[string]func(*testscript.TestScript, bool, []string){"lastused": lastUsed}})
}

// lastUsed makes a data folder whose mall gave its last number so many days
// ago, and sets TODAY and YESTERDAY to the mall's own days.
func lastUsed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lastused folder days")
	}
	days, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx, by := context.Background(), store.By{Actor: "command"}
	mall := &queue.Mall{Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta"}, Agencies: []queue.Agency{{
		Code: "SATU", Name: queue.Text{"id": "Satu"}, Services: []queue.Service{{Code: "A", Name: queue.Text{"id": "Layanan A"}}},
		Counters: []queue.Counter{{Code: "1", Services: []string{"A"}}}}}}
	st, err := store.Open(ctx, store.Options{Dir: ts.MkAbs(args[0]), Now: func() time.Time { return time.Now().AddDate(0, 0, -days) }})
	ts.Check(err)
	ts.Check(st.Import(ctx, by, mall))
	_, err = st.Issue(ctx, by, store.Wanted{Services: []string{"A"}, Lang: "id"})
	ts.Check(err)
	now := time.Now().In(st.Location())
	ts.Check(st.Close())
	ts.Setenv("TODAY", now.Format(queue.DayFormat))
	ts.Setenv("YESTERDAY", now.AddDate(0, 0, -1).Format(queue.DayFormat))
}
