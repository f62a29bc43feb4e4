package consumer

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"hotspot/internal/platform/metrics"
)

// instruments are what /metrics shows of the consumer.
type instruments struct {
	registry    *prometheus.Registry
	rows        prometheus.Counter
	late        prometheus.Counter
	duplicates  prometheus.Counter
	deadLetters *prometheus.CounterVec
	batches     prometheus.Counter
	models      prometheus.Counter
	training    prometheus.Histogram
	fill        prometheus.Gauge
	lag         prometheus.Gauge
	gap         prometheus.Gauge
	offset      *prometheus.GaugeVec
}

func newInstruments(health *metrics.Health) *instruments {
	name := func(s string) string { return "hotspot_consumer_" + s }
	registry := prometheus.NewRegistry()
	register := promauto.With(registry)
	register.NewGaugeFunc(prometheus.GaugeOpts{Name: name("ready"), Help: "1 while /readyz answers 200, else 0."}, func() float64 {
		if ok, _ := health.State(); ok {
			return 1
		}
		return 0
	})
	return &instruments{
		registry:    registry,
		rows:        register.NewCounter(prometheus.CounterOpts{Name: name("rows_total"), Help: "Rows accepted, each once."}),
		late:        register.NewCounter(prometheus.CounterOpts{Name: name("late_rows_total"), Help: "Rows accepted of an earlier day, week or month than the open batch's."}),
		duplicates:  register.NewCounter(prometheus.CounterOpts{Name: name("duplicates_total"), Help: "Rows that came again and were dropped."}),
		deadLetters: register.NewCounterVec(prometheus.CounterOpts{Name: name("dead_letters_total"), Help: "Messages that are no rows."}, []string{"reason"}),
		batches:     register.NewCounter(prometheus.CounterOpts{Name: name("batches_total"), Help: "Batches committed."}),
		models:      register.NewCounter(prometheus.CounterOpts{Name: name("models_total"), Help: "Models published."}),
		training: register.NewHistogram(prometheus.HistogramOpts{
			Name: name("training_seconds"), Help: "Time from a batch to its model.", Buckets: prometheus.ExponentialBuckets(.001, 2, 16),
		}),
		fill:   register.NewGauge(prometheus.GaugeOpts{Name: name("pending_rows"), Help: "Rows in the open batch."}),
		lag:    register.NewGauge(prometheus.GaugeOpts{Name: name("lag_messages"), Help: "Messages in the topic that were not read yet."}),
		gap:    register.NewGauge(prometheus.GaugeOpts{Name: name("gap"), Help: "1 while a row is missing and all partitions are past it; after --gap-timeout the consumer halts."}),
		offset: register.NewGaugeVec(prometheus.GaugeOpts{Name: name("offset"), Help: "Offset after the last message read."}, []string{"partition"}),
	}
}
