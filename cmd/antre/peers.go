package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// askTimeline asks another server of the mall for the highest timeline of the
// database that it has seen.
func askTimeline(ctx context.Context, address string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/servers", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %s", address, res.Status)
	}
	var said struct {
		Timeline int64 `json:"timeline"`
	}
	err = json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&said)
	return said.Timeline, err
}
