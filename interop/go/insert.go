package main

import (
	"context"
	"encoding/json"
	"time"

	"dev.gala/interop/rpc"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

type insertParams struct {
	Jobs   []jobToInsert `json:"jobs"`
	Schema string        `json:"schema"`
	Tx     string        `json:"tx"`
}

// jobToInsert is one of the adapter's, or, where it has a kind, any.
type jobToInsert struct {
	conformanceArgs
	Opts *insertOpts     `json:"opts"`
	Kind string          `json:"kind"`
	Args json.RawMessage `json:"args"`
}

type insertOpts struct {
	MaxAttempts int             `json:"max_attempts"`
	Metadata    json.RawMessage `json:"metadata"`
	Pending     bool            `json:"pending"`
	Priority    int             `json:"priority"`
	Queue       string          `json:"queue"`
	ScheduledAt time.Time       `json:"scheduled_at"`
	Tags        []string        `json:"tags"`
	Unique      *uniqueOpts     `json:"unique"`
}

type uniqueOpts struct {
	ByArgs      bool                 `json:"by_args"`
	ByPeriodMs  int64                `json:"by_period_ms"`
	ByQueue     bool                 `json:"by_queue"`
	ByState     []rivertype.JobState `json:"by_state"`
	ExcludeKind bool                 `json:"exclude_kind"`
}

type insertResult struct {
	Job                      *job `json:"job"`
	UniqueSkippedAsDuplicate bool `json:"unique_skipped_as_duplicate"`
}

func (j jobToInsert) args() (river.JobArgs, error) {
	switch j.Kind {
	case "", echoArgs{}.Kind():
		return echoArgs{j.conformanceArgs}, nil
	case richArgs{}.Kind():
		return decoded[richArgs](j.Args)
	case selectedArgs{}.Kind():
		return decoded[selectedArgs](j.Args)
	default:
		return rawArgs{kind: j.Kind, json: j.Args}, nil
	}
}

func decoded[T river.JobArgs](raw json.RawMessage) (river.JobArgs, error) {
	var args T
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, &rpc.Error{Code: rpc.InvalidParams, Message: err.Error()}
	}
	return args, nil
}

func (o *insertOpts) river() *river.InsertOpts {
	if o == nil {
		return nil
	}
	opts := &river.InsertOpts{
		MaxAttempts: o.MaxAttempts,
		Metadata:    o.Metadata,
		Pending:     o.Pending,
		Priority:    o.Priority,
		Queue:       o.Queue,
		ScheduledAt: o.ScheduledAt,
		Tags:        o.Tags,
	}
	if o.Unique != nil {
		opts.UniqueOpts = river.UniqueOpts{
			ByArgs:      o.Unique.ByArgs,
			ByPeriod:    millis(o.Unique.ByPeriodMs),
			ByQueue:     o.Unique.ByQueue,
			ByState:     o.Unique.ByState,
			ExcludeKind: o.Unique.ExcludeKind,
		}
	}
	return opts
}

func (p *peer) insert(ctx context.Context, params insertParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	many := make([]river.InsertManyParams, 0, len(params.Jobs))
	for _, one := range params.Jobs {
		args, err := one.args()
		if err != nil {
			return nil, err
		}
		many = append(many, river.InsertManyParams{Args: args, InsertOpts: one.Opts.river()})
	}
	var rows []*rivertype.JobInsertResult
	if params.Tx == "" {
		rows, err = client.InsertMany(ctx, many)
	} else {
		tx, failed := p.tx(params.Tx)
		if failed != nil {
			return nil, failed
		}
		rows, err = client.InsertManyTx(ctx, tx, many)
	}
	if err != nil {
		return nil, err
	}
	results := make([]insertResult, 0, len(rows))
	for _, row := range rows {
		results = append(results, insertResult{jobOf(row.Job), row.UniqueSkippedAsDuplicate})
	}
	return map[string]any{"results": results}, nil
}

type insertManyParams struct {
	conformanceArgs
	Count int    `json:"count"`
	Batch int    `json:"batch"`
	Queue string `json:"queue"`
	Fast  bool   `json:"fast"`
}

// insertMany inserts equal jobs, many in a statement, by COPY where that is asked for.
func (p *peer) insertMany(ctx context.Context, params insertManyParams) (any, error) {
	client, err := p.client("")
	if err != nil {
		return nil, err
	}
	total := 0
	for total < params.Count {
		batch := make([]river.InsertManyParams, min(params.Batch, params.Count-total))
		for i := range batch {
			batch[i].Args = echoArgs{params.conformanceArgs}
			batch[i].InsertOpts = &river.InsertOpts{Queue: params.Queue}
		}
		if params.Fast {
			_, err = client.InsertManyFast(ctx, batch)
		} else {
			_, err = client.InsertMany(ctx, batch)
		}
		if err != nil {
			return nil, err
		}
		total += len(batch)
	}
	return map[string]int{"inserted": total}, nil
}
