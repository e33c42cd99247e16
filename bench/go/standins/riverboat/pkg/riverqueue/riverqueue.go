// Package riverqueue stands in for a module that the module proxy does not serve: it opens a pool,
// makes River's client on it and passes calls on, which is what gala uses of it.
package riverqueue

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// Client is River's client with its pool.
type Client struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
	uri    string
	config river.Config
}

// Option sets something.
type Option func(*Client)

// WithConnectionURI says where the database is.
func WithConnectionURI(uri string) Option { return func(c *Client) { c.uri = uri } }

// WithRiverConfig sets River's configuration.
func WithRiverConfig(config river.Config) Option { return func(c *Client) { c.config = config } }

// WithRunMigrations does nothing: the tables are there.
func WithRunMigrations(bool) Option { return func(*Client) {} }

// New opens the pool and makes the client.
func New(ctx context.Context, options ...Option) (*Client, error) {
	c := &Client{}
	for _, option := range options {
		option(c)
	}
	pool, err := pgxpool.New(ctx, c.uri)
	if err != nil {
		return nil, err
	}
	c.pool = pool
	c.client, err = river.NewClient(riverpgxv5.New(pool), &c.config)
	return c, err
}

// Insert inserts a job.
func (c *Client) Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	return c.client.Insert(ctx, args, opts)
}

// GetRiverClient is River's client.
func (c *Client) GetRiverClient() *river.Client[pgx.Tx] { return c.client }

// Close closes the pool.
func (c *Client) Close() error {
	c.pool.Close()
	return nil
}
