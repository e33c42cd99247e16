package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"

	"github.com/riverqueue/river/rivertype"
)

const (
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeParse          = -32700
	codeNotFound       = -32001
	codeRejected       = -32002
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type response struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

type notification struct {
	JSONRPC string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return e.Message }

// method answers one kind of request.
type method func(ctx context.Context, params json.RawMessage) (any, error)

// of reads the parameters that a function takes.
func of[T any](answer func(context.Context, T) (any, error)) method {
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var params T
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &params); err != nil {
				return nil, &rpcError{codeInvalidParams, err.Error()}
			}
		}
		return answer(ctx, params)
	}
}

func (p *peer) methods() map[string]method {
	return map[string]method{
		"cancel":         of(p.cancel),
		"delete":         of(p.delete),
		"get":            of(p.get),
		"handshake":      of(p.handshake),
		"insert":         of(p.insert),
		"insert_many":    of(p.insertMany),
		"list":           of(p.list),
		"migrate":        of(p.migrate),
		"output":         of(p.output),
		"queue":          of(p.queue),
		"release":        of(p.release),
		"request_resign": of(p.requestResign),
		"retry":          of(p.retry),
		"start":          of(p.start),
		"stats":          of(p.statistics),
		"stop":           of(p.stop),
		"tx_begin":       of(p.txBegin),
		"tx_end":         of(p.txEnd),
		"validate":       of(p.validate),
	}
}

func (p *peer) serve(ctx context.Context) {
	methods := p.methods()
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		p.out.line(answer(ctx, methods, line))
	}
}

func answer(ctx context.Context, methods map[string]method, line []byte) response {
	if !json.Valid(line) {
		return failure(nil, &rpcError{codeParse, "no JSON"})
	}
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return failure(nil, &rpcError{codeInvalidRequest, err.Error()})
	}
	answer, known := methods[asked.Method]
	if !known {
		return failure(asked.ID, &rpcError{codeMethodNotFound, "no method " + asked.Method})
	}
	result, err := answer(ctx, asked.Params)
	if err != nil {
		return failure(asked.ID, err)
	}
	if result == nil {
		result = struct{}{}
	}
	return response{JSONRPC: "2.0", ID: asked.ID, Result: result}
}

func failure(id json.RawMessage, err error) response {
	var known *rpcError
	switch {
	case errors.As(err, &known):
	case errors.Is(err, rivertype.ErrNotFound):
		known = &rpcError{codeNotFound, err.Error()}
	default:
		known = &rpcError{codeRejected, err.Error()}
	}
	return response{JSONRPC: "2.0", ID: id, Error: known}
}

// output writes whole lines, at once: a process that is killed has said all it did.
type output struct{ mu sync.Mutex }

func (o *output) line(what any) {
	line, err := json.Marshal(what)
	if err != nil {
		line = []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"cannot be encoded"}}`)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n'))
}

func (o *output) tell(method string, params any) {
	o.line(notification{JSONRPC: "2.0", Method: method, Params: params})
}
