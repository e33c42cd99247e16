package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"dev.gala/interop/rpc"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverlog"
	"github.com/riverqueue/river/rivertype"
)

const defaultMaxWorkers = 4

type startParams struct {
	ClientID               string   `json:"client_id"`
	ErrorHandlerCancel     bool     `json:"error_handler_cancel"`
	FetchOnlyKnownKinds    bool     `json:"fetch_only_known_kinds"`
	FetchPollIntervalMs    int64    `json:"fetch_poll_interval_ms"`
	JobTimeoutMs           int64    `json:"job_timeout_ms"`
	LeaderElectionDisabled bool     `json:"leader_election_disabled"`
	MaxWorkers             int      `json:"max_workers"`
	PeriodicRunOnStart     bool     `json:"periodic_run_on_start"`
	PeriodicUnique         bool     `json:"periodic_unique"`
	PollOnly               bool     `json:"poll_only"`
	Queues                 []string `json:"queues"`
	RescueAfterMs          int64    `json:"rescue_after_ms"`
	RetryDelayMs           int64    `json:"retry_delay_ms"`
	Schema                 string   `json:"schema"`
	WorkerKinds            []string `json:"worker_kinds"`
	// Tell asks for a notification for each thing a worker does.
	Tell bool `json:"tell"`
	// PeriodicEveryMs is the interval of the periodic jobs.
	PeriodicEveryMs int64 `json:"periodic_every_ms"`
	// SoftStopMs is how long a stop waits before it interrupts.
	SoftStopMs int64 `json:"soft_stop_ms"`
}

// after is a policy that waits as long each time.
type after time.Duration

func (a after) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(time.Duration(a)) }

func (p *peer) start(ctx context.Context, params startParams) (any, error) {
	if p.working != nil {
		return nil, &rpc.Error{Code: rpc.Rejected, Message: "a client is started already"}
	}
	stats := newStatistics()
	p.stats = stats
	config := p.config(params)
	client, err := river.NewClient(riverpgxv5.New(p.pool), config)
	if err != nil {
		return nil, err
	}
	events, cancel := client.Subscribe(eventKinds...)
	if err := client.Start(ctx); err != nil {
		cancel()
		return nil, err
	}
	go stats.count(events)
	p.working = client
	return nil, nil
}

func (p *peer) config(params startParams) *river.Config {
	config := &river.Config{
		ErrorHandler:           &errorHandler{p.stats, params.ErrorHandlerCancel},
		FetchOnlyKnownKinds:    params.FetchOnlyKnownKinds,
		FetchPollInterval:      millis(params.FetchPollIntervalMs),
		Hooks:                  []rivertype.Hook{river.HookPeriodicJobsStartFunc(p.stats.periodicStart)},
		ID:                     params.ClientID,
		JobTimeout:             millis(params.JobTimeoutMs),
		LeaderElectionDisabled: params.LeaderElectionDisabled,
		Logger:                 p.logger,
		Middleware:             []rivertype.Middleware{riverlog.NewMiddleware(logLines, nil)},
		PeriodicJobs:           params.periodic(),
		PollOnly:               params.PollOnly,
		Queues:                 make(map[string]river.QueueConfig),
		RescueStuckJobsAfter:   millis(params.RescueAfterMs),
		Schema:                 params.Schema,
		SoftStopTimeout:        millis(params.SoftStopMs),
		Workers:                river.NewWorkers(),
	}
	// What has no limit of its own is never rescued.
	switch {
	case params.JobTimeoutMs > 0:
	case params.RescueAfterMs > 0:
		config.JobTimeout = config.RescueStuckJobsAfter
	default:
		config.JobTimeout = -1
	}
	queues := params.Queues
	if len(queues) == 0 {
		queues = []string{river.QueueDefault}
	}
	for _, name := range queues {
		slots := params.MaxWorkers
		if slots == 0 {
			slots = defaultMaxWorkers
		}
		config.Queues[name] = river.QueueConfig{MaxWorkers: slots}
	}
	if params.RetryDelayMs > 0 {
		config.RetryPolicy = after(millis(params.RetryDelayMs))
	}
	p.addWorkers(config.Workers, params)
	return config
}

func (p *peer) addWorkers(workers *river.Workers, params startParams) {
	kinds := params.WorkerKinds
	if len(kinds) == 0 {
		kinds = []string{echoArgs{}.Kind()}
	}
	if slices.Contains(kinds, echoArgs{}.Kind()) {
		river.AddWorker(workers, newWorker[echoArgs](p, params.Tell))
	}
	if slices.Contains(kinds, peerArgs{}.Kind()) {
		river.AddWorker(workers, newWorker[peerArgs](p, params.Tell))
	}
	if slices.Contains(kinds, renamedArgs{}.Kind()) {
		river.AddWorker(workers, newWorker[renamedArgs](p, params.Tell))
	}
	if slices.Contains(kinds, richArgs{}.Kind()) {
		river.AddWorker(workers, &richWorker{peer: p})
	}
}

func (s startParams) periodic() []*river.PeriodicJob {
	if !s.PeriodicRunOnStart && !s.PeriodicUnique {
		return nil
	}
	interval := millis(s.PeriodicEveryMs)
	if interval == 0 {
		interval = time.Hour
	}
	job := func(id string, unique bool) *river.PeriodicJob {
		return river.NewPeriodicJob(every(interval), func() (river.JobArgs, *river.InsertOpts) {
			opts := &river.InsertOpts{}
			if unique {
				opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByPeriod: interval}
			}
			return echoArgs{conformanceArgs{Message: id}}, opts
		}, &river.PeriodicJobOpts{ID: id, RunOnStart: s.PeriodicRunOnStart})
	}
	return []*river.PeriodicJob{
		job("conformance-periodic", s.PeriodicUnique),
		job("conformance-periodic-marker", false),
	}
}

// every is a schedule of whole intervals since the year 1, so that all clients mean the same times.
type every time.Duration

func (e every) Next(t time.Time) time.Time {
	return t.UTC().Truncate(time.Duration(e)).Add(time.Duration(e))
}

func logLines(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
			if attr.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attr
		},
	})
}

type stopParams struct {
	Cancel bool `json:"cancel"`
}

func (p *peer) stop(ctx context.Context, params stopParams) (any, error) {
	if p.working == nil {
		return nil, nil
	}
	client := p.working
	p.working = nil
	if params.Cancel {
		return nil, client.StopAndCancel(ctx)
	}
	return nil, client.Stop(ctx)
}
