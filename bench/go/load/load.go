// Package load measures a product, told how by flags, and writes what came of it as one line of JSON.
// It does what the harness does with products in Java.
package load

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// ErrSkipped is wrapped by products that cannot do what is asked.
var ErrSkipped = errors.New("skipped")

// Settings say what to measure.
type Settings struct {
	URL, What                                    string
	Callers, Size, Fill, Listeners, Rate, Events int
	Warm, Percent, Workers, Connections          int
	WarmUp, Window, Cooldown, Poll               time.Duration
	ArgsSize                                     int
}

// Handler handles the event of a number.
type Handler func(number int) error

// Client is a product in use.
type Client interface {
	Emit(ctx context.Context, number int) error
	EmitAll(ctx context.Context, from, count int) error
	EmitInTransaction(ctx context.Context, number int) error
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	// Settle brings tables and disk to rest.
	Settle(ctx context.Context) error
	// Unfinished tells how many events are not finished.
	Unfinished(ctx context.Context) (int64, error)
}

// Open makes a client; without a handler it only emits.
type Open func(ctx context.Context, settings Settings, handler Handler) (Client, error)

// Result is what came of it.
type Result struct {
	Rate    float64 `json:"rate"`
	AllDone float64 `json:"allDone"`
	Micros  []int64 `json:"micros,omitempty"`
	Skipped string  `json:"skipped,omitempty"`
}

const (
	patience        = 90 * time.Second
	mostOutstanding = 5_000
	fillBatch       = 1_000
)

// Main runs a program.
func Main(open Open) {
	var s Settings
	var warmUp, window, cooldown, poll int
	flag.IntVar(&s.Callers, "callers", 1, "")
	flag.IntVar(&s.Size, "size", 1, "")
	flag.IntVar(&s.Fill, "fill", 0, "")
	flag.IntVar(&s.Listeners, "listeners", 1, "")
	flag.IntVar(&s.Rate, "rate", 0, "")
	flag.IntVar(&s.Events, "events", 0, "")
	flag.IntVar(&s.Warm, "warm", 0, "")
	flag.IntVar(&s.Percent, "percent", 0, "")
	flag.IntVar(&s.Workers, "workers", 100, "")
	flag.IntVar(&s.Connections, "connections", 20, "")
	flag.IntVar(&warmUp, "warm-up-millis", 0, "")
	flag.IntVar(&window, "window-millis", 1_000, "")
	flag.IntVar(&cooldown, "cooldown-millis", 100, "")
	flag.IntVar(&poll, "poll-millis", 1_000, "")
	flag.IntVar(&s.ArgsSize, "args-size", 600, "")
	flag.Parse()
	s.What = flag.Arg(0)
	s.WarmUp = time.Duration(warmUp) * time.Millisecond
	s.Window = time.Duration(window) * time.Millisecond
	s.Cooldown = time.Duration(cooldown) * time.Millisecond
	s.Poll = time.Duration(poll) * time.Millisecond
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadString('\n')
	if err != nil {
		fmt.Fprintln(os.Stderr, "the first line of input is to be the database's URL")
		os.Exit(2)
	}
	s.URL = line[:len(line)-1]
	result, err := measure(context.Background(), s, open, input)
	if errors.Is(err, ErrSkipped) {
		result.Skipped = err.Error()
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	text, err := json.Marshal(result)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(text))
}

func measure(ctx context.Context, s Settings, open Open, input *bufio.Reader) (Result, error) {
	switch s.What {
	case "emit":
		return emit(ctx, s, open, func(ctx context.Context, c Client, n int) error { return c.Emit(ctx, n) })
	case "emit-batch":
		return emit(ctx, s, open, func(ctx context.Context, c Client, n int) error { return c.EmitAll(ctx, n, s.Size) })
	case "transactional":
		return emit(ctx, s, open, func(ctx context.Context, c Client, n int) error { return c.EmitInTransaction(ctx, n) })
	case "work":
		return work(ctx, s, open)
	case "retry":
		return retry(ctx, s, open)
	case "pipeline":
		return pipeline(ctx, s, open)
	case "latency":
		return latency(ctx, s, open)
	case "idle":
		return idle(ctx, s, open, input)
	case "startup":
		return startup(ctx, s, open)
	}
	return Result{}, fmt.Errorf("there is no %q to measure", s.What)
}

func emit(ctx context.Context, s Settings, open Open, step func(context.Context, Client, int) error) (Result, error) {
	client, err := open(ctx, s, nil)
	if err != nil {
		return Result{}, err
	}
	defer client.Stop(ctx)
	// Connections are opened before time runs.
	if err := step(ctx, client, 0); err != nil {
		return Result{}, err
	}
	var numbers, counted atomic.Int64
	from := time.Now().Add(s.WarmUp)
	to := from.Add(s.Window)
	err = all(s.Callers, func() error {
		for now := time.Now(); now.Before(to); {
			n := numbers.Add(int64(s.Size)) - int64(s.Size)
			if err := step(ctx, client, int(n)); err != nil {
				return err
			}
			now = time.Now()
			if now.After(from) && now.Before(to) {
				counted.Add(int64(s.Size))
			}
		}
		return nil
	})
	return Result{Rate: float64(counted.Load()) / s.Window.Seconds()}, err
}

func fill(ctx context.Context, s Settings, open Open) error {
	client, err := open(ctx, s, nil)
	if err != nil {
		return err
	}
	defer client.Stop(ctx)
	for from := 0; from < s.Fill; from += fillBatch {
		if err := client.EmitAll(ctx, from, min(fillBatch, s.Fill-from)); err != nil {
			return err
		}
	}
	return client.Settle(ctx)
}

// count tells when the first and the last of so many came.
type count struct {
	expected    int64
	n           atomic.Int64
	first, last time.Time
	done        chan struct{}
}

func newCount(expected int) *count {
	return &count{expected: int64(expected), done: make(chan struct{})}
}

func (c *count) one() {
	switch n := c.n.Add(1); n {
	case 1:
		c.first = time.Now()
		if c.expected == 1 {
			close(c.done)
		}
	case c.expected:
		c.last = time.Now()
		close(c.done)
	}
}

func (c *count) wait() error {
	select {
	case <-c.done:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("only %d of %d were handled", c.n.Load(), c.expected)
	}
}

func (c *count) perSecond() float64 {
	return float64(c.expected-1) / c.last.Sub(c.first).Seconds()
}

func work(ctx context.Context, s Settings, open Open) (Result, error) {
	if err := fill(ctx, s, open); err != nil {
		return Result{}, err
	}
	handled := newCount(s.Fill * s.Listeners)
	client, err := open(ctx, s, func(int) error { handled.one(); return nil })
	if err != nil {
		return Result{}, err
	}
	if err := client.Start(ctx); err != nil {
		return Result{}, err
	}
	if err := handled.wait(); err != nil {
		return Result{}, err
	}
	if err := finish(ctx, client); err != nil {
		return Result{}, err
	}
	rate := float64(s.Fill) / time.Since(handled.first).Seconds()
	return Result{Rate: rate}, client.Stop(ctx)
}

// finish waits until what was handled is finished in the database too.
func finish(ctx context.Context, client Client) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if left, err := client.Unfinished(ctx); err != nil || left == 0 {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return errors.New("not everything handled was finished in the database")
}

func retry(ctx context.Context, s Settings, open Open) (Result, error) {
	if err := fill(ctx, s, open); err != nil {
		return Result{}, err
	}
	first, done := newCount(s.Fill), newCount(s.Fill)
	var failed sync.Map
	handler := func(n int) error {
		fails := n%100 < s.Percent
		_, again := failed.Load(n)
		if !again {
			first.one()
		}
		if fails && !again {
			failed.Store(n, true)
			return errors.New("fails at its first attempt, as it was told to")
		}
		done.one()
		return nil
	}
	begun := time.Now()
	client, err := open(ctx, s, handler)
	if err != nil {
		return Result{}, err
	}
	if err := client.Start(ctx); err != nil {
		return Result{}, err
	}
	if err := done.wait(); err != nil {
		return Result{}, err
	}
	all := time.Since(begun).Seconds()
	return Result{Rate: first.perSecond(), AllDone: all}, client.Stop(ctx)
}

func pipeline(ctx context.Context, s Settings, open Open) (Result, error) {
	var emitted, committed, handled atomic.Int64
	var over atomic.Bool
	client, err := open(ctx, s, func(int) error { handled.Add(1); return nil })
	if err != nil {
		return Result{}, err
	}
	if err := client.Start(ctx); err != nil {
		return Result{}, err
	}
	ended := make(chan error, 1)
	go func() {
		ended <- all(s.Callers, func() error {
			for !over.Load() {
				if emitted.Load()-handled.Load() >= mostOutstanding {
					time.Sleep(500 * time.Microsecond)
					continue
				}
				n := int(emitted.Add(int64(s.Size))) - s.Size
				var err error
				if s.Size == 1 {
					err = client.Emit(ctx, n)
				} else {
					err = client.EmitAll(ctx, n, s.Size)
				}
				if err != nil {
					return err
				}
				committed.Add(int64(s.Size))
			}
			return nil
		})
	}()
	finished := func() (int64, error) {
		n := committed.Load()
		left, err := client.Unfinished(ctx)
		return n - left, err
	}
	time.Sleep(2 * s.WarmUp)
	before, err := finished()
	if err != nil {
		return Result{}, err
	}
	begun := time.Now()
	time.Sleep(s.Window)
	after, err := finished()
	if err != nil {
		return Result{}, err
	}
	rate := float64(after-before) / time.Since(begun).Seconds()
	over.Store(true)
	if err := <-ended; err != nil {
		return Result{}, err
	}
	for deadline := time.Now().Add(patience); handled.Load() < emitted.Load() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return Result{Rate: rate}, client.Stop(ctx)
}

func latency(ctx context.Context, s Settings, open Open) (Result, error) {
	committed := make([]int64, s.Events)
	entered := make([]atomic.Int64, s.Events)
	handled := newCount(s.Events)
	worker, err := open(ctx, s, func(n int) error {
		if entered[n].CompareAndSwap(0, time.Now().UnixMicro()) {
			handled.one()
		}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	if err := worker.Start(ctx); err != nil {
		return Result{}, err
	}
	emitter, err := open(ctx, s, nil)
	if err != nil {
		return Result{}, err
	}
	var emits sync.WaitGroup
	var failure atomic.Pointer[error]
	// The first come quickly: connections come into step.
	due := time.Now()
	for i := range s.Events {
		time.Sleep(time.Until(due))
		if i < s.Warm {
			due = due.Add(time.Millisecond)
		} else {
			due = due.Add(time.Second / time.Duration(s.Rate))
		}
		emits.Go(func() {
			if err := emitter.Emit(ctx, i); err != nil {
				failure.Store(&err)
				return
			}
			committed[i] = time.Now().UnixMicro()
		})
	}
	emits.Wait()
	if err := failure.Load(); err != nil {
		return Result{}, *err
	}
	if err := handled.wait(); err != nil {
		return Result{}, err
	}
	var micros []int64
	for i := s.Warm; i < s.Events; i++ {
		micros = append(micros, max(entered[i].Load()-committed[i], 0))
	}
	if err := worker.Stop(ctx); err != nil {
		return Result{}, err
	}
	return Result{Micros: micros}, emitter.Stop(ctx)
}

// idle works an empty queue until its input ends.
func idle(ctx context.Context, s Settings, open Open, input *bufio.Reader) (Result, error) {
	client, err := open(ctx, s, func(int) error { return nil })
	if err != nil {
		return Result{}, err
	}
	if err := client.Start(ctx); err != nil {
		return Result{}, err
	}
	fmt.Println("ready")
	_, _ = input.ReadString('\n')
	return Result{}, client.Stop(ctx)
}

func startup(ctx context.Context, s Settings, open Open) (Result, error) {
	handled := newCount(1)
	client, err := open(ctx, s, func(int) error { handled.one(); return nil })
	if err != nil {
		return Result{}, err
	}
	if err := client.Start(ctx); err != nil {
		return Result{}, err
	}
	if err := client.Emit(ctx, 0); err != nil {
		return Result{}, err
	}
	if err := handled.wait(); err != nil {
		return Result{}, err
	}
	fmt.Println("handled")
	return Result{}, client.Stop(ctx)
}

func all(callers int, call func() error) error {
	errs := make(chan error, callers)
	for range callers {
		go func() { errs <- call() }()
	}
	var failure error
	for range callers {
		if err := <-errs; err != nil {
			failure = err
		}
	}
	return failure
}
