package main

import (
	"context"
	"slices"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

var eventKinds = []river.EventKind{
	river.EventKindJobCancelled,
	river.EventKindJobCompleted,
	river.EventKindJobFailed,
	river.EventKindJobSnoozed,
	river.EventKindQueuePaused,
	river.EventKindQueueResumed,
}

// statistics are of the client that works, from its start.
type statistics struct {
	mu        sync.Mutex
	cancelled int
	handled   int
	periodic  int
	events    []river.EventKind
}

func newStatistics() *statistics {
	return &statistics{events: []river.EventKind{}}
}

func (s *statistics) count(events <-chan *river.Event) {
	for event := range events {
		s.mu.Lock()
		s.events = append(s.events, event.Kind)
		s.mu.Unlock()
	}
}

func (s *statistics) cancelledAtStart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelled++
}

func (s *statistics) periodicStart(context.Context, *rivertype.HookPeriodicJobsStartParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.periodic++
	return nil
}

func (p *peer) statistics(context.Context, struct{}) (any, error) {
	s := p.stats
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{
		"cancelled_at_start":  s.cancelled,
		"error_handler_calls": s.handled,
		"events":              slices.Clone(s.events),
		"periodic_starts":     s.periodic,
	}, nil
}

// errorHandler counts, and may cancel.
type errorHandler struct {
	stats  *statistics
	cancel bool
}

func (h *errorHandler) HandleError(context.Context, *rivertype.JobRow, error) *river.ErrorHandlerResult {
	return h.handle()
}

func (h *errorHandler) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	return h.handle()
}

func (h *errorHandler) handle() *river.ErrorHandlerResult {
	h.stats.mu.Lock()
	h.stats.handled++
	h.stats.mu.Unlock()
	if h.cancel {
		return &river.ErrorHandlerResult{SetCancelled: true}
	}
	return nil
}
