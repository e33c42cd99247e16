// Package rpc answers JSON-RPC 2.0: one request a line on stdin, one response a line on stdout, one
// after the other; and writes notifications between them.
package rpc

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
)

// The numbers of what is answered instead of a result.
const (
	InvalidRequest = -32600
	MethodNotFound = -32601
	InvalidParams  = -32602
	Parse          = -32700
	NotFound       = -32001
	Rejected       = -32002
)

// Error is an answer by number.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// Method answers one kind of request.
type Method func(ctx context.Context, params json.RawMessage) (any, error)

// Of is a method that takes its parameters as a T.
func Of[T any](answer func(context.Context, T) (any, error)) Method {
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var params T
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &params); err != nil {
				return nil, &Error{InvalidParams, err.Error()}
			}
		}
		return answer(ctx, params)
	}
}

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type response struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

type notification struct {
	JSONRPC string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// Server answers by its methods. Errors that are none of this package's have the code that Classify
// says, or else are rejections.
type Server struct {
	Methods  map[string]Method
	Classify func(error) int

	writing sync.Mutex
}

// Serve answers until stdin ends.
func (s *Server) Serve(ctx context.Context) {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		s.write(s.answer(ctx, line))
	}
}

// Tell writes a notification.
func (s *Server) Tell(method string, params any) {
	s.write(notification{JSONRPC: "2.0", Method: method, Params: params})
}

func (s *Server) answer(ctx context.Context, line []byte) response {
	if !json.Valid(line) {
		return s.failure(nil, &Error{Parse, "no JSON"})
	}
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return s.failure(nil, &Error{InvalidRequest, err.Error()})
	}
	method, known := s.Methods[asked.Method]
	if !known {
		return s.failure(asked.ID, &Error{MethodNotFound, "no method " + asked.Method})
	}
	result, err := method(ctx, asked.Params)
	if err != nil {
		return s.failure(asked.ID, err)
	}
	if result == nil {
		result = struct{}{}
	}
	return response{JSONRPC: "2.0", ID: asked.ID, Result: result}
}

func (s *Server) failure(id json.RawMessage, err error) response {
	var known *Error
	if !errors.As(err, &known) {
		code := Rejected
		if s.Classify != nil {
			code = s.Classify(err)
		}
		known = &Error{code, err.Error()}
	}
	return response{JSONRPC: "2.0", ID: id, Error: known}
}

// write writes a whole line, at once: a process that is killed has said all it did.
func (s *Server) write(what any) {
	line, err := json.Marshal(what)
	if err != nil {
		line = []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"cannot be encoded"}}`)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n'))
}
