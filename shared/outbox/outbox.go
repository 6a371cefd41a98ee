package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"latchkey/shared/events"
)

// The bounds of what a store keeps for a reader that does not take it.
const (
	MaxAge    = 3 * 24 * time.Hour
	MaxBehind = 100_000 // changes
)

// minFailing is how long a reader must have failed, in this process and in a row, before what is too old is passed over. So
// much time it has after a long stop; and a clock that jumped, by which all is old and every signature refused, to be set right.
const minFailing = time.Hour

// Item is one change that waits to be told.
type Item struct {
	Sequence uint64 // rises with every change; a number may be missing
	Record   events.Record
	Err      error // why there is no record, and never will be
}

// Store is the outbox of a store.
type Store interface {
	// After returns the changes beyond that sequence that are not Delivered, oldest first, at most max.
	After(ctx context.Context, sequence uint64, max int) ([]Item, error)
	// Newest returns the sequence of the last change that there was; 0 if there was none.
	Newest(ctx context.Context) (uint64, error)
	// Readers returns through which sequence each reader has it, as SetReaders noted it; ErrLost if that cannot be read, now
	// or ever.
	Readers(ctx context.Context) (map[string]uint64, error)
	// SetReaders notes how far each reader is, and forgets all others.
	SetReaders(ctx context.Context, through map[string]uint64) error
	// Delivered removes the changes up to and with that sequence.
	Delivered(ctx context.Context, through uint64) error
}

// Message is an event as it is sent.
type Message struct {
	ID   string // the event's, the same each time
	Type string
	Body []byte // JSON
}

// Reader is somebody who is told of changes.
type Reader struct {
	Key   string   // what the store knows it by, the same at each start
	Name  string   // what the log calls it
	Types []string // of the events that it wants; none: all
	// Whole: it misses nothing. It is told of what waits already when it is new, where others hear of what comes, and at
	// an end of what others hear of at the next start.
	Whole bool
	// Take hands a message over. An error that is ErrGone or a Later says more than that it was not taken.
	Take func(context.Context, Message) error
}

// ErrGone: the reader wants no events any more. It is not asked again until the next start.
var ErrGone = errors.New("it wants no more events")

// ErrLost: nobody knows how far the readers were. All that waits is told again.
var ErrLost = errors.New("how far each reader is was lost")

// Later is an answer of a reader that is there and wants to be asked again not before some time has passed.
type Later struct {
	Err   error
	After time.Duration
}

func (l *Later) Error() string { return l.Err.Error() }

// Unwrap implements errors.Unwrap.
func (l *Later) Unwrap() error { return l.Err }

// Config is what a Dispatcher is made of.
type Config struct {
	Store   Store
	Readers []Reader
	Source  string // of all events
	Log     *slog.Logger
	Now     func() time.Time
	Sleep   func(ctx context.Context, d time.Duration) // returns early when the context ends
	Rand    func() float64                             // in [0, 1)
	Tick    time.Duration                              // how often it is looked for changes, which is one short read; 0: a second
}

// Dispatcher tells the readers.
type Dispatcher struct {
	Config
	ledger ledger
}

// New makes a Dispatcher; Run starts it.
func New(c Config) *Dispatcher {
	if c.Tick == 0 {
		c.Tick = time.Second
	}
	return &Dispatcher{Config: c}
}

// Sleep waits for real.
func Sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// lastWords bounds how long an end waits: for attempts that are under way, and then for what is noted.
const lastWords = 3 * time.Second

// Run tells the readers until the context ends. Only one Run of a store may be under way.
func (d *Dispatcher) Run(ctx context.Context) {
	if !d.begin(ctx) {
		return
	}
	late, cancel := lingering(ctx)
	defer cancel()
	var all sync.WaitGroup
	workers := make([]*worker, len(d.Readers))
	for i, reader := range d.Readers {
		workers[i] = &worker{Dispatcher: d, reader: reader, woken: make(chan struct{}, 1), late: late}
		all.Go(func() { workers[i].run(ctx) })
	}
	d.keep(ctx, workers)
	all.Wait()
	d.end(context.WithoutCancel(ctx), workers)
}

// lingering returns a context that ends a little later: an attempt that is broken off may have been taken, and would come
// again.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cancel) })
	return late, func() { stop(); cancel() }
}

// end tells those who miss nothing of what there is still, and notes how far all are.
func (d *Dispatcher) end(ctx context.Context, workers []*worker) {
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	for _, w := range workers {
		if w.reader.Whole {
			w.late = ctx
			w.finish(ctx)
		}
	}
	if err := d.ledger.save(ctx, d.Store); err != nil {
		d.Log.Error("how far events were told could not be noted: some will be told again", slog.String("err", err.Error()))
	}
}

// Begin finds out how far each reader is. A new one hears of every change after it, so it comes before whatever may change
// something; Run makes up for what was not begun, or in vain. Doing it again does no harm.
func (d *Dispatcher) Begin(ctx context.Context) error {
	noted, err := d.Store.Readers(ctx)
	lost := errors.Is(err, ErrLost)
	if lost {
		d.Log.ErrorContext(ctx, "all events that wait are told again", slog.String("err", err.Error()))
	} else if err != nil {
		return err
	}
	newest, err := d.Store.Newest(ctx)
	if err != nil {
		return err
	}
	through := map[string]uint64{}
	for _, reader := range d.Readers {
		at, known := noted[reader.Key]
		if !known && !reader.Whole && !lost {
			at = newest
		}
		through[reader.Key] = at
	}
	d.ledger = ledger{through: through, dirty: true}
	return d.ledger.save(ctx, d.Store)
}

// begin begins until it succeeds. It fails only when the context ends.
func (d *Dispatcher) begin(ctx context.Context) bool {
	for failures := 1; ctx.Err() == nil; failures++ {
		err := d.Begin(ctx)
		if err == nil {
			return true
		}
		d.troubled(ctx, failures, err)
	}
	return false
}

// troubled says that the store does not answer, and waits.
func (d *Dispatcher) troubled(ctx context.Context, failures int, err error) {
	if ctx.Err() != nil {
		return
	}
	wait := d.backoff(failures)
	d.Log.ErrorContext(ctx, "the outbox cannot be read or written", slog.String("again", wait.String()), slog.String("err", err.Error()))
	d.Sleep(ctx, wait)
}
