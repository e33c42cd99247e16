package main

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

type listParams struct {
	After      string               `json:"after"`
	Direction  string               `json:"direction"`
	IDs        []int64              `json:"ids"`
	Kinds      []string             `json:"kinds"`
	Limit      int                  `json:"limit"`
	Metadata   json.RawMessage      `json:"metadata"`
	OrderBy    string               `json:"order_by"`
	Priorities []int16              `json:"priorities"`
	Queues     []string             `json:"queues"`
	Schema     string               `json:"schema"`
	States     []rivertype.JobState `json:"states"`
	TagsAll    []string             `json:"tags_all"`
	Tx         string               `json:"tx"`
}

func (l listParams) river() (*river.JobListParams, error) {
	params := river.NewJobListParams()
	if l.Limit > 0 {
		params = params.First(l.Limit)
	}
	if len(l.IDs) > 0 {
		params = params.IDs(l.IDs...)
	}
	if len(l.Kinds) > 0 {
		params = params.Kinds(l.Kinds...)
	}
	if len(l.Priorities) > 0 {
		params = params.Priorities(l.Priorities...)
	}
	if len(l.Queues) > 0 {
		params = params.Queues(l.Queues...)
	}
	if len(l.States) > 0 {
		params = params.States(l.States...)
	}
	if len(l.TagsAll) > 0 {
		params = params.TagsAll(l.TagsAll...)
	}
	if len(l.Metadata) > 0 {
		params = params.Metadata(string(l.Metadata))
	}
	direction := river.SortOrderAsc
	if l.Direction == "desc" {
		direction = river.SortOrderDesc
	}
	orderBy := river.JobListOrderByID
	if l.OrderBy != "" {
		orderBy = river.JobListOrderByField(l.OrderBy)
	}
	params = params.OrderBy(orderBy, direction)
	if l.After != "" {
		var cursor river.JobListCursor
		if err := cursor.UnmarshalText([]byte(l.After)); err != nil {
			return nil, err
		}
		params = params.After(&cursor)
	}
	return params, nil
}

func (p *peer) list(ctx context.Context, asked listParams) (any, error) {
	client, err := p.client(asked.Schema)
	if err != nil {
		return nil, err
	}
	params, err := asked.river()
	if err != nil {
		return nil, err
	}
	var result *river.JobListResult
	if asked.Tx == "" {
		result, err = client.JobList(ctx, params)
	} else {
		tx, failed := p.tx(asked.Tx)
		if failed != nil {
			return nil, failed
		}
		result, err = client.JobListTx(ctx, tx, params)
	}
	if err != nil {
		return nil, err
	}
	jobs := make([]*job, 0, len(result.Jobs))
	for _, row := range result.Jobs {
		jobs = append(jobs, jobOf(row))
	}
	var cursor *string
	if result.LastCursor != nil {
		text, err := result.LastCursor.MarshalText()
		if err != nil {
			return nil, err
		}
		written := string(text)
		cursor = &written
	}
	return map[string]any{"cursor": cursor, "jobs": jobs}, nil
}
