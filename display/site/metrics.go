package site

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what an administrator's monitoring reads. No label carries a
// ticket or a person.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	Sockets  prometheus.Gauge
	Said     prometheus.Counter
	Shown    prometheus.Counter
}

func newMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "antre_http_request_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"route", "status"}),
		Sockets: prometheus.NewGauge(prometheus.GaugeOpts{Name: "antre_sockets", Help: "Open WebSockets."}),
		Said:    prometheus.NewCounter(prometheus.CounterOpts{Name: "antre_calls_said_total", Help: "Calls a screen spoke."}),
		Shown:   prometheus.NewCounter(prometheus.CounterOpts{Name: "antre_calls_shown_total", Help: "Calls a screen showed, once for each screen."}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "antre_info", Help: "The running version.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.Sockets, m.Said, m.Shown, info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Count measures a route; sockets are counted apart, since they never end.
func (m *Metrics) Count(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(rec, r)
		if !rec.hijacked {
			m.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Observe(time.Since(start).Seconds())
		}
	})
}

// recorder remembers the status, and lets a socket be taken over.
type recorder struct {
	http.ResponseWriter
	status   int
	hijacked bool
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Hijack hands the connection to a WebSocket.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.hijacked = true
	return http.NewResponseController(r.ResponseWriter).Hijack()
}
