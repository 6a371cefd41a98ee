package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/shared/events"
	"latchkey/shared/outbox"
	"latchkey/shared/pat"
)

// memory is a store's outbox that outlives its dispatchers, as a file does.
type memory struct {
	mu      sync.Mutex
	items   []outbox.Item
	newest  uint64
	readers map[string]uint64
	broken  error // what every call answers, if set
	forgets bool  // what readers have is not noted: the process dies before
}

func (m *memory) After(_ context.Context, sequence uint64, max int) ([]outbox.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from, found := slices.BinarySearchFunc(m.items, sequence, func(i outbox.Item, n uint64) int {
		return int(int64(i.Sequence) - int64(n))
	})
	if found {
		from++
	}
	return slices.Clone(m.items[from:min(len(m.items), from+max)]), m.broken
}

func (m *memory) Newest(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.newest, m.broken
}

func (m *memory) Readers(context.Context) (map[string]uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.readers), m.broken
}

func (m *memory) SetReaders(_ context.Context, through map[string]uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil && !m.forgets {
		m.readers = maps.Clone(through)
	}
	return m.broken
}

func (m *memory) Delivered(_ context.Context, through uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil {
		for len(m.items) > 0 && m.items[0].Sequence <= through {
			m.items = m.items[1:]
		}
	}
	return m.broken
}

func (m *memory) breaks(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

// waiting is how many changes are kept.
func (m *memory) waiting() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.items)
}

// skip uses up n sequences for nothing.
func (m *memory) skip(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest += uint64(n)
}

// change puts n changes of one token into the outbox.
func (m *memory) change(n int) { m.changeOf(oneToken, n) }

const oneToken pat.ID = "0195f2c1-4a00-8123-9abc-0123456789ab"

// changeOf puts n changes of the token into the outbox.
func (m *memory) changeOf(id pat.ID, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for range n {
		m.newest++
		kind := pat.ChangeUpdated
		if m.newest == 1 {
			kind = pat.ChangeCreated
		}
		m.items = append(m.items, outbox.Item{Sequence: m.newest, Record: events.Record{
			ID: id, Prefix: "0123456789abcdef", Owner: "user#alice", CreatedBy: "user#alice",
			Name: "deploy", Version: int64(m.newest), Change: pat.Change{Kind: kind, By: "user#alice", Via: "session", At: time.Now()},
		}})
	}
}

// id is that of the event of the change with that sequence.
func id(sequence int) string {
	kind := "updated"
	if sequence == 1 {
		kind = "created"
	}
	return fmt.Sprintf("0195f2c1-4a00-8123-9abc-0123456789ab-%d-%s", sequence, kind)
}

func ids(from, to int) (all []string) {
	for i := from; i <= to; i++ {
		all = append(all, id(i))
	}
	return all
}

var errDown = errors.New("it is down")

// ear is a reader that a test listens through.
type ear struct {
	key   string
	types []string

	mu       sync.Mutex
	answer   func(outbox.Message) error // nil: it takes all
	heard    []string                   // the ids that it took
	attempts []attempt
}

type attempt struct {
	id string
	at time.Time
}

func (e *ear) reader() outbox.Reader {
	return outbox.Reader{Key: e.key, Name: e.key + ".example", Types: e.types, Take: func(_ context.Context, m outbox.Message) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.attempts = append(e.attempts, attempt{m.ID, time.Now()})
		if e.answer != nil {
			if err := e.answer(m); err != nil {
				return err
			}
		}
		e.heard = append(e.heard, m.ID)
		return nil
	}}
}

func (e *ear) answers(answer func(outbox.Message) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

func down(outbox.Message) error { return errDown }

func (e *ear) wants(t *testing.T, want []string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(e.heard, want) {
		t.Errorf("%s heard %d, want %d: %.400q", e.key, len(e.heard), len(want), e.heard)
	}
}

func (e *ear) tried() []attempt {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.attempts)
}

// world is a dispatcher that runs.
type world struct {
	t    *testing.T
	log  *logbook
	stop func()
}

// start runs a dispatcher in the bubble's time; the test stops it, or its end does.
func start(t *testing.T, store outbox.Store, ears ...*ear) *world {
	t.Helper()
	return startTicking(t, time.Second, store, ears)
}

// startSlowly is start for a test of many days, each second of which would be looked at.
func startSlowly(t *testing.T, store outbox.Store, ears ...*ear) *world {
	t.Helper()
	return startTicking(t, time.Minute, store, ears)
}

func startTicking(t *testing.T, tick time.Duration, store outbox.Store, ears []*ear) *world {
	t.Helper()
	return startByClock(t, time.Now, tick, store, ears)
}

// startByClock is start by a clock that may be wrong.
func startByClock(t *testing.T, now func() time.Time, tick time.Duration, store outbox.Store, ears []*ear) *world {
	t.Helper()
	w := &world{t: t, log: &logbook{}}
	log := slog.New(slog.NewJSONHandler(w.log, nil))
	readers := []outbox.Reader{outbox.ToLog(log)}
	for _, e := range ears {
		readers = append(readers, e.reader())
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	d := outbox.New(outbox.Config{Store: store, Readers: readers, Source: "urn:latchkey", Log: log,
		Now: now, Sleep: outbox.Sleep, Rand: func() float64 { return 0.5 }, Tick: tick})
	go func() { defer close(ended); d.Run(ctx) }()
	w.stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(w.stop)
	synctest.Wait()
	return w
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d) // in the bubble, where nobody waits for it
	synctest.Wait()
}

// logbook is a log's lines.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// lines returns those that hold the text.
func (l *logbook) lines(text string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.b.String()) {
		if strings.Contains(line, text) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// run runs a dispatcher with one reader, until the context ends.
func run(ctx context.Context, store outbox.Store, log *logbook, reader outbox.Reader) {
	outbox.New(outbox.Config{Store: store, Readers: []outbox.Reader{reader}, Source: "urn:latchkey",
		Log: slog.New(slog.NewJSONHandler(log, nil)), Now: time.Now, Sleep: outbox.Sleep, Rand: func() float64 { return 0 }}).Run(ctx)
}
