package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"klikonderwijs.nl/klachtd/internal/store"
)

// metrics serves figures and health. They say how much and since when, never whom or what.
func (a *app) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &figures{app: a})
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if failing := a.desk.Failing(); failing != "" {
			http.Error(w, failing, http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ok\n"))
	})
	return mux
}

// scrapeTime is how long somebody who asks for figures is kept waiting.
const scrapeTime = 5 * time.Second

// figures are read from the store when somebody asks.
type figures struct{ app *app }

var (
	openCases   = prometheus.NewDesc("klachtd_cases_open", "Cases that are not closed.", nil, nil)
	waitingMail = prometheus.NewDesc("klachtd_mails_waiting", "Outgoing mails by state.", []string{"state"}, nil)
	openDoubts  = prometheus.NewDesc("klachtd_doubts_open", "Mails of which the manager has not said whether they are complaints.", nil, nil)
	failing     = prometheus.NewDesc("klachtd_failing", "1 while something does not work.", nil, nil)
)

// Describe implements prometheus.Collector.
func (*figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{openCases, waitingMail, openDoubts, failing} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (f *figures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	bad := 0.0
	if f.app.desk.Failing() != "" {
		bad = 1
	}
	out <- prometheus.MustNewConstMetric(failing, prometheus.GaugeValue, bad)
	err := f.app.store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Counts()
		if err != nil {
			return err
		}
		out <- prometheus.MustNewConstMetric(openCases, prometheus.GaugeValue, float64(c.OpenCases))
		out <- prometheus.MustNewConstMetric(openDoubts, prometheus.GaugeValue, float64(c.OpenDoubts))
		for _, state := range []store.State{store.StateQueued, store.StateMaybe, store.StateFailed} {
			out <- prometheus.MustNewConstMetric(waitingMail, prometheus.GaugeValue, float64(c.Mails[state]), string(state))
		}
		return nil
	})
	if err != nil {
		out <- prometheus.NewInvalidMetric(openCases, err)
	}
}
