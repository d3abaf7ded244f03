package api

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures of one box; one registry an instance, so that two boxes
// in one test do not share them.
type metrics struct {
	orders  prometheus.Counter
	seconds prometheus.Histogram
}

func newMetrics(reg *prometheus.Registry, c Config) *metrics {
	m := &metrics{
		orders: prometheus.NewCounter(prometheus.CounterOpts{Name: "tyngo_orders_total", Help: "Orders sent since the start."}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tyngo_order_seconds", Help: "From the request to the disk.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}),
	}
	reg.MustRegister(m.orders, m.seconds)
	db, j, s := c.Journal.DB().Stats(), c.Journal.Stats(), c.Spool.Stats()
	for _, g := range []struct {
		name, help string
		value      func() int64
	}{
		{"tyngo_writer_waiting", "Commands that wait for the writer.", db.Waiting.Load},
		{"tyngo_readers_busy", "Readers at work.", db.Reading.Load},
		{"tyngo_uplink_head", "Last fact of the box.", func() int64 { return c.Uplink().Head }},
		{"tyngo_uplink_acked", "Last fact that head office has on its disk.", func() int64 { return c.Uplink().Acked }},
		{"tyngo_uplink_behind", "Facts that head office does not have yet.", func() int64 { u := c.Uplink(); return max(0, u.Head-u.Acked) }},
		{"tyngo_printers_waiting", "Tickets that wait for a printer.", func() (n int64) {
			states, _ := c.Spool.States()
			for _, s := range states {
				n += int64(s.Waiting)
			}
			return n
		}},
		{"tyngo_disk_full", "1: the reserve of the disk is in use.", func() int64 {
			if db.Full.Load() {
				return 1
			}
			return 0
		}},
	} {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help}, func() float64 { return float64(g.value()) }))
	}
	for _, g := range []struct {
		name, help string
		value      func() int64
	}{
		{"tyngo_commits_total", "Transactions on the disk since the start.", db.Commits.Load},
		{"tyngo_commands_total", "Closures that were committed since the start.", db.Updates.Load},
		{"tyngo_reads_total", "Snapshots read since the start.", db.Views.Load},
		{"tyngo_commit_retries_total", "Closures run again alone.", db.Retries.Load},
		{"tyngo_commit_unknown_total", "COMMITs of which nobody knows.", db.Unknown.Load},
		{"tyngo_events_total", "Facts committed since the start.", j.Events.Load},
		{"tyngo_commands_repeated_total", "Commands that had been done before.", j.Repeated.Load},
		{"tyngo_reactor_failures_total", "Commands done without a reactor.", j.Failed.Load},
		{"tyngo_prints_total", "Tickets printed since the start.", s.Printed.Load},
		{"tyngo_prints_unknown_total", "Tickets of which nobody knows.", s.Unknown.Load},
		{"tyngo_print_retries_total", "Attempts that did not begin.", s.Retries.Load},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: g.name, Help: g.help}, func() float64 { return float64(g.value()) }))
	}
	return m
}

// placed counts an order that was sent.
func (m *metrics) placed(took time.Duration) {
	m.orders.Inc()
	m.seconds.Observe(took.Seconds())
}
