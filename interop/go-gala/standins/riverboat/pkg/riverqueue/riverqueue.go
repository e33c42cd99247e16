// Package riverqueue is what the gala package uses of the original: a pool and a River client on it.
package riverqueue

import (
	"context"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// Option says how to connect.
type Option func(*options)

type options struct {
	uri     string
	config  river.Config
	migrate bool
}

// WithConnectionURI says which database.
func WithConnectionURI(uri string) Option { return func(o *options) { o.uri = uri } }

// WithRiverConfig says how the client works.
func WithRiverConfig(config river.Config) Option { return func(o *options) { o.config = config } }

// WithRunMigrations says whether to make the tables.
func WithRunMigrations(migrate bool) Option { return func(o *options) { o.migrate = migrate } }

// Client is a River client with a pool of its own.
type Client struct {
	pool  *pgxpool.Pool
	river *river.Client[pgx.Tx]
}

// New connects.
func New(ctx context.Context, opts ...Option) (*Client, error) {
	var given options
	for _, option := range opts {
		option(&given)
	}
	pool, err := pgxpool.New(ctx, given.uri)
	if err != nil {
		return nil, err
	}
	driver := riverpgxv5.New(pool)
	if given.migrate {
		migrator, err := rivermigrate.New(driver, nil)
		if err != nil {
			return nil, err
		}
		if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return nil, err
		}
	}
	if given.config.Logger == nil {
		// River's own would write to stdout.
		given.config.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	client, err := river.NewClient(driver, &given.config)
	if err != nil {
		return nil, err
	}
	return &Client{pool: pool, river: client}, nil
}

// Insert inserts a job.
func (c *Client) Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	return c.river.Insert(ctx, args, opts)
}

// GetRiverClient is the client underneath.
func (c *Client) GetRiverClient() *river.Client[pgx.Tx] { return c.river }

// Close closes the pool.
func (c *Client) Close() error {
	c.pool.Close()
	return nil
}
