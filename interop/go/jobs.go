package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// job is a row as the adapter shows it.
type job struct {
	Args         json.RawMessage          `json:"args"`
	Attempt      int                      `json:"attempt"`
	AttemptedAt  *time.Time               `json:"attempted_at"`
	AttemptedBy  []string                 `json:"attempted_by"`
	CreatedAt    time.Time                `json:"created_at"`
	Errors       []rivertype.AttemptError `json:"errors"`
	FinalizedAt  *time.Time               `json:"finalized_at"`
	ID           int64                    `json:"id"`
	Kind         string                   `json:"kind"`
	MaxAttempts  int                      `json:"max_attempts"`
	Metadata     json.RawMessage          `json:"metadata"`
	Priority     int                      `json:"priority"`
	Queue        string                   `json:"queue"`
	ScheduledAt  time.Time                `json:"scheduled_at"`
	State        rivertype.JobState       `json:"state"`
	Tags         []string                 `json:"tags"`
	UniqueKey    *string                  `json:"unique_key"`
	UniqueStates []rivertype.JobState     `json:"unique_states"`
}

func jobOf(row *rivertype.JobRow) *job {
	shown := &job{
		Args:         row.EncodedArgs,
		Attempt:      row.Attempt,
		AttemptedAt:  utc(row.AttemptedAt),
		AttemptedBy:  listed(row.AttemptedBy),
		CreatedAt:    row.CreatedAt.UTC(),
		Errors:       listed(row.Errors),
		FinalizedAt:  utc(row.FinalizedAt),
		ID:           row.ID,
		Kind:         row.Kind,
		MaxAttempts:  row.MaxAttempts,
		Metadata:     row.Metadata,
		Priority:     row.Priority,
		Queue:        row.Queue,
		ScheduledAt:  row.ScheduledAt.UTC(),
		State:        row.State,
		Tags:         listed(row.Tags),
	}
	if len(row.UniqueKey) > 0 {
		shown.UniqueStates = slices.Sorted(slices.Values(row.UniqueStates))
		text := hex.EncodeToString(row.UniqueKey)
		shown.UniqueKey = &text
	}
	return shown
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	moved := t.UTC()
	return &moved
}

type jobParams struct {
	ID     int64           `json:"id"`
	Schema string          `json:"schema"`
	Tx     string          `json:"tx"`
	Output json.RawMessage `json:"output"`
}

func (p *peer) cancel(ctx context.Context, params jobParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	if params.Tx == "" {
		return shown(client.JobCancel(ctx, params.ID))
	}
	tx, err := p.tx(params.Tx)
	if err != nil {
		return nil, err
	}
	return shown(client.JobCancelTx(ctx, tx, params.ID))
}

func (p *peer) retry(ctx context.Context, params jobParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	if params.Tx == "" {
		return shown(client.JobRetry(ctx, params.ID))
	}
	tx, err := p.tx(params.Tx)
	if err != nil {
		return nil, err
	}
	return shown(client.JobRetryTx(ctx, tx, params.ID))
}

func (p *peer) delete(ctx context.Context, params jobParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	return shown(client.JobDelete(ctx, params.ID))
}

func (p *peer) get(ctx context.Context, params jobParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	return shown(client.JobGet(ctx, params.ID))
}

// output gives a job an output, or, without one, tells it as Go's client finds it.
func (p *peer) output(ctx context.Context, params jobParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	if len(params.Output) > 0 {
		return shown(client.JobUpdate(ctx, params.ID, &river.JobUpdateParams{Output: params.Output}))
	}
	row, err := client.JobGet(ctx, params.ID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"output": json.RawMessage(row.Output())}, nil
}

func shown(row *rivertype.JobRow, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return jobOf(row), nil
}
