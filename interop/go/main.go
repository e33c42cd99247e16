// A client of the Go original that speaks the protocol of the conformance adapter, and some more that
// the tests ask for: one JSON-RPC request a line on stdin, one response a line on stdout, and, where
// the client was started so, a notification a line for what its workers do. It ends when stdin does.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"dev.gala/interop/rpc"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

const maxConnections = 10

// peer is one process: a pool, clients that insert and control by schema, transactions by name, and
// at most one client that works.
type peer struct {
	pool     *pgxpool.Pool
	logger   *slog.Logger
	clients  map[string]*river.Client[pgx.Tx]
	txs      map[string]pgx.Tx
	working  *river.Client[pgx.Tx]
	barriers *barriers
	stats    *statistics
	rpc      *rpc.Server
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	config, err := pgxpool.ParseConfig(os.Getenv("RIVER_CONFORMANCE_DATABASE_URL"))
	if err != nil {
		return err
	}
	config.MaxConns = maxConnections
	if name := os.Getenv("RIVER_CONFORMANCE_APPLICATION_NAME"); name != "" {
		config.ConnConfig.RuntimeParams["application_name"] = name
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	p := &peer{
		pool:     pool,
		logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		clients:  make(map[string]*river.Client[pgx.Tx]),
		txs:      make(map[string]pgx.Tx),
		barriers: newBarriers(),
		stats:    newStatistics(),
	}
	p.rpc = &rpc.Server{Methods: p.methods(), Classify: classified}
	p.rpc.Serve(ctx)
	for _, tx := range p.txs {
		_ = tx.Rollback(ctx)
	}
	if p.working != nil {
		return p.working.StopAndCancel(ctx)
	}
	return nil
}

// client is the one that inserts and controls in a schema.
func (p *peer) client(schema string) (*river.Client[pgx.Tx], error) {
	if client := p.clients[schema]; client != nil {
		return client, nil
	}
	client, err := river.NewClient(riverpgxv5.New(p.pool), &river.Config{Logger: p.logger, Schema: schema})
	if err != nil {
		return nil, err
	}
	p.clients[schema] = client
	return client, nil
}

func (p *peer) handshake(context.Context, struct{}) (any, error) {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/riverqueue/river" {
				version = module.Version
			}
		}
	}
	return map[string]string{"driver": "postgres", "implementation": "go", "version": version}, nil
}

func (p *peer) methods() map[string]rpc.Method {
	return map[string]rpc.Method{
		"cancel":         rpc.Of(p.cancel),
		"delete":         rpc.Of(p.delete),
		"get":            rpc.Of(p.get),
		"handshake":      rpc.Of(p.handshake),
		"insert":         rpc.Of(p.insert),
		"insert_many":    rpc.Of(p.insertMany),
		"list":           rpc.Of(p.list),
		"migrate":        rpc.Of(p.migrate),
		"output":         rpc.Of(p.output),
		"queue":          rpc.Of(p.queue),
		"release":        rpc.Of(p.release),
		"request_resign": rpc.Of(p.requestResign),
		"retry":          rpc.Of(p.retry),
		"start":          rpc.Of(p.start),
		"stats":          rpc.Of(p.statistics),
		"stop":           rpc.Of(p.stop),
		"tx_begin":       rpc.Of(p.txBegin),
		"tx_end":         rpc.Of(p.txEnd),
		"validate":       rpc.Of(p.validate),
	}
}

func classified(err error) int {
	if errors.Is(err, rivertype.ErrNotFound) {
		return rpc.NotFound
	}
	return rpc.Rejected
}
