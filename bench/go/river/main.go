// River, measured as its documentation advises: pgx, and a pool of its own.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"

	"gala.bench/load"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

const queue = "events"

// Args are of the size that an event's envelope has.
type Args struct {
	Number   int    `json:"number"`
	Envelope string `json:"envelope"`
}

func (Args) Kind() string { return "bench" }

type worker struct {
	river.WorkerDefaults[Args]
	handler   load.Handler
	listeners int
}

func (w *worker) Work(_ context.Context, job *river.Job[Args]) error {
	for range w.listeners {
		if err := w.handler(job.Args.Number); err != nil {
			return err
		}
	}
	return nil
}

type client struct {
	pool     *pgxpool.Pool
	river    *river.Client[pgx.Tx]
	envelope string
	started  bool
}

func open(ctx context.Context, s load.Settings, handler load.Handler) (load.Client, error) {
	config, err := pgxpool.ParseConfig(s.URL)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(s.Connections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	riverConfig := &river.Config{
		FetchCooldown:     s.Cooldown,
		FetchPollInterval: s.Poll,
		Logger:            slog.New(slog.DiscardHandler),
	}
	if handler != nil {
		riverConfig.Queues = map[string]river.QueueConfig{queue: {MaxWorkers: s.Workers}}
		riverConfig.Workers = river.NewWorkers()
		river.AddWorker(riverConfig.Workers, &worker{handler: handler, listeners: s.Listeners})
	}
	riverClient, err := river.NewClient(riverpgxv5.New(pool), riverConfig)
	if err != nil {
		return nil, err
	}
	return &client{pool: pool, river: riverClient, envelope: strings.Repeat("e", max(s.ArgsSize-80, 1))}, nil
}

// As many bytes, and as different, as an event's row has: its indexes cost what they contain.
func (c *client) job(number int) (Args, *river.InsertOpts) {
	id := rand.Text()
	metadata := fmt.Sprintf(`{"topic":"bench.order.confirmed","event_id":"%s","listeners":["listener-1"]}`, id)
	return Args{Number: number, Envelope: id + c.envelope}, &river.InsertOpts{Metadata: []byte(metadata), Queue: queue}
}

func (c *client) Emit(ctx context.Context, number int) error {
	args, opts := c.job(number)
	_, err := c.river.Insert(ctx, args, opts)
	return err
}

func (c *client) EmitAll(ctx context.Context, from, count int) error {
	params := make([]river.InsertManyParams, count)
	for i := range params {
		args, opts := c.job(from + i)
		params[i] = river.InsertManyParams{Args: args, InsertOpts: opts}
	}
	_, err := c.river.InsertManyFast(ctx, params)
	return err
}

func (c *client) EmitInTransaction(ctx context.Context, number int) error {
	tx, err := c.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "insert into bench_order (account, cents) values ($1, $2)", "account-100001", 12_345); err != nil {
		return err
	}
	args, opts := c.job(number)
	if _, err := c.river.InsertTx(ctx, tx, args, opts); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (c *client) Start(ctx context.Context) error {
	c.started = true
	return c.river.Start(ctx)
}

func (c *client) Stop(ctx context.Context) error {
	var err error
	if c.started {
		err = c.river.Stop(ctx)
	}
	c.pool.Close()
	return err
}

func (c *client) Settle(ctx context.Context) error {
	if _, err := c.pool.Exec(ctx, "vacuum analyze river_job"); err != nil {
		return err
	}
	_, err := c.pool.Exec(ctx, "checkpoint")
	return err
}

func (c *client) Unfinished(ctx context.Context) (int64, error) {
	var left int64
	err := c.pool.QueryRow(ctx, "select count(*) from river_job where state in ('available', 'running', 'retryable', 'scheduled')").Scan(&left)
	return left, err
}

func main() { load.Main(open) }
