package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverlog"
)

// happened is what a worker tells.
type happened struct {
	ID      int64  `json:"id"`
	Attempt int    `json:"attempt"`
	Step    string `json:"step,omitempty"`
	Cursor  *int64 `json:"cursor,omitempty"`
	Error   string `json:"error,omitempty"`
}

// withArgs are the arguments of the conformance adapter, under whatever kind.
type withArgs interface {
	river.JobArgs
	given() conformanceArgs
}

func (a conformanceArgs) given() conformanceArgs { return a }

type behavingWorker[T withArgs] struct {
	river.WorkerDefaults[T]
	peer *peer
	tell bool
}

func newWorker[T withArgs](p *peer, tell bool) *behavingWorker[T] {
	return &behavingWorker[T]{peer: p, tell: tell}
}

func (w *behavingWorker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	if ctx.Err() != nil {
		w.peer.stats.cancelledAtStart()
	}
	attempt := attempt{w.peer, w.tell, job.ID, job.Attempt, job.Metadata}
	attempt.say("begun", happened{})
	err := attempt.behave(ctx, job.Args.given())
	ended := happened{}
	if err != nil {
		ended.Error = err.Error()
	}
	attempt.say("ended", ended)
	return err
}

// attempt is one run of a job.
type attempt struct {
	peer     *peer
	tell     bool
	id       int64
	number   int
	metadata []byte
}

func (a attempt) say(what string, details happened) {
	if a.tell {
		details.ID, details.Attempt = a.id, a.number
		a.peer.rpc.Tell(what, details)
	}
}

func (a attempt) behave(ctx context.Context, args conformanceArgs) error {
	switch args.Behavior {
	case "":
		return nil
	case "barrier_wait":
		return a.peer.barriers.wait(ctx, args.Message)
	case "barrier_output":
		if err := a.peer.barriers.wait(ctx, args.Message); err != nil {
			return err
		}
		return river.RecordOutput(ctx, map[string]string{"race": "worker"})
	case "cancel":
		return river.JobCancel(errors.New("conformance cancel"))
	case "cooperative_cancel":
		<-ctx.Done()
		return context.Cause(ctx)
	case "error":
		return errors.New("conformance retryable error")
	case "output":
		return river.RecordOutput(ctx, map[string]string{"message": args.Message})
	case "resumable_cursor":
		a.steps(ctx)
		return nil
	case "sleep":
		return sleep(ctx, millis(args.DurationMs))
	case "snooze_once":
		if hasKey(a.metadata, "snoozes") {
			return nil
		}
		return river.JobSnooze(millis(args.DurationMs))
	default:
		return a.behaveMore(ctx, args)
	}
}

// behaveMore is what only these tests ask for.
func (a attempt) behaveMore(ctx context.Context, args conformanceArgs) error {
	switch args.Behavior {
	case "barrier_stubborn":
		return a.peer.barriers.wait(context.WithoutCancel(ctx), args.Message)
	case "panic":
		panic(args.Message)
	case "metadata":
		return river.MetadataSet(ctx, "said", args.Message)
	case "log":
		riverlog.Logger(ctx).InfoContext(ctx, args.Message)
		return nil
	default:
		return fmt.Errorf("no behavior %q", args.Behavior)
	}
}

// steps does three steps. The first attempt fails in the second, with the cursor 7, and the second
// attempt in the third.
func (a attempt) steps(ctx context.Context) {
	river.ResumableStep(ctx, "first", nil, func(context.Context) error {
		a.say("step", happened{Step: "first"})
		return nil
	})
	river.ResumableStepCursor(ctx, "second", nil, func(ctx context.Context, cursor int64) error {
		a.say("step", happened{Step: "second", Cursor: &cursor})
		if a.number > 1 {
			return nil
		}
		if err := river.ResumableSetCursor(ctx, int64(7)); err != nil {
			return err
		}
		return errors.New("conformance retryable error")
	})
	river.ResumableStep(ctx, "third", nil, func(context.Context) error {
		a.say("step", happened{Step: "third"})
		if a.number == 2 {
			return errors.New("conformance retryable error")
		}
		return nil
	})
}

func sleep(ctx context.Context, duration time.Duration) error {
	select {
	case <-time.After(duration):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func hasKey(metadata []byte, key string) bool {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(metadata, &keys); err != nil {
		return false
	}
	_, found := keys[key]
	return found
}

// richWorker tells what it was given, encoded again.
type richWorker struct {
	river.WorkerDefaults[richArgs]
	peer *peer
}

func (w *richWorker) Work(_ context.Context, job *river.Job[richArgs]) error {
	w.peer.rpc.Tell("worked", map[string]any{
		"id": job.ID, "args": job.Args, "metadata": json.RawMessage(job.Metadata), "tags": listed(job.Tags),
	})
	return nil
}

type releaseParams struct {
	Name string `json:"name"`
}

func (p *peer) release(_ context.Context, params releaseParams) (any, error) {
	p.barriers.release(params.Name)
	return nil, nil
}

// barriers are names that jobs wait for, each open for good once it was released.
type barriers struct {
	mu   sync.Mutex
	open map[string]chan struct{}
}

func newBarriers() *barriers { return &barriers{open: make(map[string]chan struct{})} }

func (b *barriers) named(name string) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[name] == nil {
		b.open[name] = make(chan struct{})
	}
	return b.open[name]
}

func (b *barriers) wait(ctx context.Context, name string) error {
	select {
	case <-b.named(name):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (b *barriers) release(name string) {
	barrier := b.named(name)
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-barrier:
	default:
		close(barrier)
	}
}
