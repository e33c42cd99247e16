package main

import (
	"context"
	"encoding/json"

	"dev.gala/interop/rpc"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

type queueParams struct {
	Action   string          `json:"action"`
	Metadata json.RawMessage `json:"metadata"`
	Name     string          `json:"name"`
	Schema   string          `json:"schema"`
	Tx       string          `json:"tx"`
}

func (p *peer) queue(ctx context.Context, params queueParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	if params.Tx != "" {
		return nil, p.queueTx(ctx, client, params)
	}
	switch params.Action {
	case "pause":
		return nil, client.QueuePause(ctx, params.Name, nil)
	case "resume":
		return nil, client.QueueResume(ctx, params.Name, nil)
	case "update":
		_, err := client.QueueUpdate(ctx, params.Name, &river.QueueUpdateParams{Metadata: params.Metadata})
		return nil, err
	default:
		return nil, &rpc.Error{Code: rpc.InvalidParams, Message: "no action " + params.Action}
	}
}

func (p *peer) queueTx(ctx context.Context, client *river.Client[pgx.Tx], params queueParams) error {
	tx, err := p.tx(params.Tx)
	if err != nil {
		return err
	}
	switch params.Action {
	case "pause":
		return client.QueuePauseTx(ctx, tx, params.Name, nil)
	case "resume":
		return client.QueueResumeTx(ctx, tx, params.Name, nil)
	case "update":
		_, err := client.QueueUpdateTx(ctx, tx, params.Name, &river.QueueUpdateParams{Metadata: params.Metadata})
		return err
	default:
		return &rpc.Error{Code: rpc.InvalidParams, Message: "no action " + params.Action}
	}
}

type resignParams struct {
	Schema string `json:"schema"`
	Tx     string `json:"tx"`
}

func (p *peer) requestResign(ctx context.Context, params resignParams) (any, error) {
	client, err := p.client(params.Schema)
	if err != nil {
		return nil, err
	}
	if params.Tx == "" {
		return nil, client.Notify().RequestResign(ctx)
	}
	tx, err := p.tx(params.Tx)
	if err != nil {
		return nil, err
	}
	return nil, client.Notify().RequestResignTx(ctx, tx)
}

type migrateParams struct {
	Direction     rivermigrate.Direction `json:"direction"`
	Schema        string                 `json:"schema"`
	TargetVersion int                    `json:"target_version"`
}

func (p *peer) migrator(schema string) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(p.pool), &rivermigrate.Config{Logger: p.logger, Schema: schema})
}

func (p *peer) migrate(ctx context.Context, params migrateParams) (any, error) {
	migrator, err := p.migrator(params.Schema)
	if err != nil {
		return nil, err
	}
	direction := params.Direction
	if direction == "" {
		direction = rivermigrate.DirectionUp
	}
	opts := &rivermigrate.MigrateOpts{TargetVersion: params.TargetVersion}
	result, err := migrator.Migrate(ctx, direction, opts)
	if err != nil {
		return nil, err
	}
	versions := make([]int, 0, len(result.Versions))
	for _, version := range result.Versions {
		versions = append(versions, version.Version)
	}
	return map[string]any{"versions": versions}, nil
}

func (p *peer) validate(ctx context.Context, params migrateParams) (any, error) {
	migrator, err := p.migrator(params.Schema)
	if err != nil {
		return nil, err
	}
	result, err := migrator.Validate(ctx, nil)
	if err != nil {
		return nil, err
	}
	return map[string]any{"ok": result.OK, "messages": listed(result.Messages)}, nil
}

type txParams struct {
	Commit bool   `json:"commit"`
	Tx     string `json:"tx"`
}

func (p *peer) tx(name string) (pgx.Tx, error) {
	tx, found := p.txs[name]
	if !found {
		return nil, &rpc.Error{Code: rpc.NotFound, Message: "no transaction " + name}
	}
	return tx, nil
}

func (p *peer) txBegin(ctx context.Context, params txParams) (any, error) {
	if _, found := p.txs[params.Tx]; found {
		return nil, &rpc.Error{Code: rpc.Rejected, Message: "there is a transaction " + params.Tx}
	}
	tx, err := p.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	p.txs[params.Tx] = tx
	return nil, nil
}

func (p *peer) txEnd(ctx context.Context, params txParams) (any, error) {
	tx, err := p.tx(params.Tx)
	if err != nil {
		return nil, err
	}
	delete(p.txs, params.Tx)
	if params.Commit {
		return nil, tx.Commit(ctx)
	}
	return nil, tx.Rollback(ctx)
}
