// The original gala package for the tests to speak with: JSON-RPC over stdin and stdout. It emits
// events and tells what its listeners were given. It ends when stdin does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"dev.gala/interop/rpc"
	"github.com/rs/zerolog"
	"github.com/theopenlane/core/pkg/gala"
	"github.com/theopenlane/core/pkg/logx"
	"github.com/theopenlane/iam/auth"
)

// orderPlaced is what the tests emit.
type orderPlaced struct {
	OrderID   string            `json:"order_id"`
	Cents     int64             `json:"cents"`
	Ratio     float64           `json:"ratio"`
	Note      string            `json:"note"`
	Lines     []string          `json:"lines"`
	Labels    map[string]string `json:"labels,omitempty"`
	PlacedAt  time.Time         `json:"placed_at"`
	Operation string            `json:"operation"`
}

var orders = gala.Topic[orderPlaced]{Name: "interop.order.placed"}

type peer struct {
	gala *gala.Gala
	rpc  *rpc.Server
}

func main() {
	zerolog.SetGlobalLevel(zerolog.ErrorLevel)
	p := &peer{}
	p.rpc = &rpc.Server{Methods: map[string]rpc.Method{
		"emit":  rpc.Of(p.emit),
		"open":  rpc.Of(p.open),
		"start": rpc.Of(p.start),
		"stop":  rpc.Of(p.stop),
	}}
	ctx := context.Background()
	p.rpc.Serve(ctx)
	if p.gala == nil {
		return
	}
	if err := errors.Join(p.gala.StopWorkers(ctx), p.gala.Close()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type openParams struct {
	Queue string `json:"queue"`
}

// open connects, and registers every topic without a listener.
func (p *peer) open(ctx context.Context, params openParams) (any, error) {
	runtime, err := gala.NewGala(ctx, gala.Config{
		ConnectionURI: os.Getenv("RIVER_CONFORMANCE_DATABASE_URL"),
		Enabled:       true,
		QueueName:     params.Queue,
		WorkerCount:   10,
	})
	if err != nil {
		return nil, err
	}
	p.gala = runtime
	if err := runtime.ContextManager().Register(gala.OperationContextCodec()); err != nil {
		return nil, err
	}
	codec := gala.JSONCodec[orderPlaced]{}
	if err := gala.RegisterTopic(runtime.Registry(), gala.Registration[orderPlaced]{Topic: orders, Codec: codec}); err != nil {
		return nil, err
	}
	return nil, registerWorkflow(runtime.Registry())
}

type startParams struct {
	Listeners []listener `json:"listeners"`
}

// listener is one that tells, and then fails if its text says so.
type listener struct {
	Name       string   `json:"name"`
	Operations []string `json:"operations"`
	Fail       string   `json:"fail"`
	Panic      string   `json:"panic"`
}

func (p *peer) start(ctx context.Context, params startParams) (any, error) {
	for _, one := range params.Listeners {
		_, err := gala.AttachListener(p.gala.Registry(), gala.Definition[orderPlaced]{
			Topic:      orders,
			Name:       one.Name,
			Operations: one.Operations,
			Handle:     func(c gala.HandlerContext, order orderPlaced) error { return p.handle(one, c, order) },
		})
		if err != nil {
			return nil, err
		}
	}
	return nil, p.gala.StartWorkers(ctx)
}

// handled is what a listener was given.
type handled struct {
	Listener  string                 `json:"listener"`
	EventID   gala.EventID           `json:"event_id"`
	Payload   orderPlaced            `json:"payload"`
	Headers   gala.Headers           `json:"headers"`
	Caller    *auth.Caller           `json:"caller"`
	LogFields map[string]any         `json:"log_fields"`
	Operation *gala.OperationContext `json:"operation"`
	Bypass    bool                   `json:"bypass"`
	Emission  bool                   `json:"emission"`
}

func (p *peer) handle(l listener, c gala.HandlerContext, order orderPlaced) error {
	ctx := c.Context
	told := handled{
		Listener:  l.Name,
		EventID:   c.Envelope.ID,
		Payload:   order,
		Headers:   c.Envelope.Headers,
		LogFields: logx.FieldsFromContext(ctx),
		Bypass:    gala.HasFlag(ctx, gala.ContextFlagWorkflowBypass),
		Emission:  gala.HasFlag(ctx, gala.ContextFlagWorkflowAllowEventEmission),
	}
	if caller, ok := auth.CallerKey.Get(ctx); ok {
		told.Caller = caller
	}
	if operation, ok := gala.OperationContextFromContext(ctx); ok {
		told.Operation = &operation
	}
	p.rpc.Tell("handled", told)
	switch {
	case l.Panic != "":
		panic(l.Panic)
	case l.Fail != "":
		return errors.New(l.Fail)
	default:
		return nil
	}
}

type emitParams struct {
	Topic     gala.TopicName         `json:"topic"`
	Payload   json.RawMessage        `json:"payload"`
	Headers   gala.Headers           `json:"headers"`
	Input     json.RawMessage        `json:"input"`
	Caller    *auth.Caller           `json:"caller"`
	LogFields map[string]any         `json:"log_fields"`
	Operation *gala.OperationContext `json:"operation"`
	Bypass    bool                   `json:"bypass"`
	Emission  bool                   `json:"emission"`
}

func (p *peer) emit(ctx context.Context, params emitParams) (any, error) {
	topic := params.Topic
	if topic == "" {
		topic = orders.Name
	}
	payload, err := p.gala.Registry().DecodePayload(topic, params.Payload)
	if err != nil {
		return nil, err
	}
	if params.Caller != nil {
		ctx = auth.CallerKey.Set(ctx, params.Caller)
	}
	if len(params.LogFields) > 0 {
		ctx = logx.WithFields(ctx, params.LogFields)
	}
	if params.Operation != nil {
		ctx = gala.WithOperationContext(ctx, *params.Operation)
	}
	if params.Bypass {
		ctx = gala.WithFlag(ctx, gala.ContextFlagWorkflowBypass)
	}
	if params.Emission {
		ctx = gala.WithFlag(ctx, gala.ContextFlagWorkflowAllowEventEmission)
	}
	headers := params.Headers
	if len(params.Input) > 0 {
		headers = gala.NewHeaders(headers.Tags, params.Input)
	}
	receipt := p.gala.EmitWithHeaders(ctx, topic, payload, headers)
	if receipt.Err != nil {
		return nil, receipt.Err
	}
	return map[string]any{"event_id": receipt.EventID}, nil
}

func (p *peer) stop(ctx context.Context, _ struct{}) (any, error) {
	return nil, p.gala.StopWorkers(ctx)
}

func registerWorkflow(registry *gala.Registry) error {
	return errors.Join(
		register(registry, gala.WorkflowTriggeredEventTopic),
		register(registry, gala.WorkflowActionStartedEventTopic),
		register(registry, gala.WorkflowActionCompletedEventTopic),
		register(registry, gala.WorkflowAssignmentCreatedEventTopic),
		register(registry, gala.WorkflowAssignmentCompletedEventTopic),
		register(registry, gala.WorkflowInstanceCompletedEventTopic),
		register(registry, gala.WorkflowTimeoutExpiredEventTopic),
	)
}

func register[T any](registry *gala.Registry, topic gala.Topic[T]) error {
	return gala.RegisterTopic(registry, gala.Registration[T]{Topic: topic, Codec: gala.JSONCodec[T]{}})
}
