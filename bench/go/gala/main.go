// The original gala, in Go, as its own application uses it.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"gala.bench/load"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"
	"github.com/theopenlane/core/pkg/gala"
)

const (
	topic = "bench.order.confirmed"
	// So many events of a filled queue are emitted one by one.
	fillers = 20
)

type event struct {
	Number  int    `json:"number"`
	Account string `json:"account"`
	Cents   int    `json:"cents"`
	Note    string `json:"note"`
}

type client struct {
	gala *gala.Gala
	// For what gala has no call.
	pool *pgxpool.Pool
}

func open(ctx context.Context, s load.Settings, handler load.Handler) (load.Client, error) {
	url := s.URL
	if !strings.Contains(url, "?") {
		url += "?"
	}
	url += fmt.Sprintf("&pool_max_conns=%d&sslmode=disable", s.Connections)
	app, err := gala.NewGala(ctx, gala.Config{
		Enabled:           true,
		ConnectionURI:     url,
		QueueName:         "events",
		WorkerCount:       s.Workers,
		FetchCooldown:     s.Cooldown,
		FetchPollInterval: s.Poll,
	})
	if err != nil {
		return nil, err
	}
	definitions := make([]gala.Definition[event], s.Listeners)
	for i := range definitions {
		definitions[i] = gala.Definition[event]{
			Topic: gala.Topic[event]{Name: topic},
			Name:  fmt.Sprintf("listener-%d", i+1),
			Handle: func(_ gala.HandlerContext, e event) error {
				if handler == nil {
					return nil
				}
				return handler(e.Number)
			},
		}
	}
	if _, err := gala.RegisterListeners(app.Registry(), definitions...); err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(ctx, s.URL)
	if err != nil {
		return nil, err
	}
	return &client{gala: app, pool: pool}, nil
}

func (c *client) Emit(ctx context.Context, number int) error {
	e := event{
		Number:  number,
		Account: fmt.Sprintf("account-%d", number%9_973+100_000),
		Cents:   number * 37 % 1_000_000,
		Note:    "order confirmed, payment on delivery, leave at the back door",
	}
	return c.gala.EmitWithHeaders(ctx, topic, e, gala.Headers{}).Err
}

// It has no way to emit many at once: a queue is filled with copies of some.
func (c *client) EmitAll(ctx context.Context, from, count int) error {
	if from > 0 {
		_, err := c.pool.Exec(ctx, `
			insert into river_job (args, kind, max_attempts, metadata, priority, queue, tags, state)
			select args, kind, max_attempts, metadata, priority, queue, tags, state
			from (select * from river_job order by id limit 1) as one
			cross join generate_series(1, $1)`, count)
		return err
	}
	for i := range min(count, fillers) {
		if err := c.Emit(ctx, i); err != nil {
			return err
		}
	}
	if count > fillers {
		return c.EmitAll(ctx, fillers, count-fillers)
	}
	return nil
}

func (c *client) EmitInTransaction(context.Context, int) error {
	return fmt.Errorf("%w: cannot emit in a transaction of the application's", load.ErrSkipped)
}

func (c *client) Start(ctx context.Context) error { return c.gala.StartWorkers(ctx) }

func (c *client) Stop(ctx context.Context) error {
	if err := c.gala.StopWorkers(ctx); err != nil {
		return err
	}
	c.pool.Close()
	return c.gala.Close()
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

func main() {
	zerolog.SetGlobalLevel(zerolog.Disabled)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	load.Main(open)
}
