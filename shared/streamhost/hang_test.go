package streamhost

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// hanging is parts of which some answer only when they are given up.
type hanging struct {
	*parts
	bus, dead, table bool
}

func deadlineOf(ctx context.Context) time.Time {
	deadline, _ := ctx.Deadline()
	return deadline
}

func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func (h hanging) Put(ctx context.Context, all []events.Event) []error {
	if h.bus {
		return slices.Repeat([]error{hang(ctx)}, len(all))
	}
	return h.parts.Put(ctx, all)
}

func (h hanging) Send(ctx context.Context, l bus.Letter) error {
	if h.dead || ctx.Err() != nil {
		return hang(ctx)
	}
	return h.parts.Send(ctx, l)
}

func (h hanging) Told(ctx context.Context, p pat.Prefix, version int64) error {
	if h.table || ctx.Err() != nil {
		return hang(ctx)
	}
	return h.parts.Told(ctx, p, version)
}

// TestTheAnswerIsInTimeWhateverHangs: Lambda ends a function at its deadline, and would take a batch that is not answered for.
func TestTheAnswerIsInTimeWhateverHangs(t *testing.T) {
	versions := make([]int, 100) // of which each odd one cannot be read
	for i := 0; i < len(versions); i += 2 {
		versions[i] = i + 1
	}
	event := batch(t, versions...)
	for _, timeout := range []time.Duration{time.Minute, 3 * time.Second} {
		for _, c := range []struct {
			name                string
			hang                hanging
			again, letters, put int
		}{
			{"none", hanging{}, 0, 50, 50},
			{"the bus", hanging{bus: true}, 50, 50, 0},
			{"the queue", hanging{dead: true}, 50, 0, 50},
			{"the table", hanging{table: true}, 0, 50, 50},
			{"all", hanging{bus: true, dead: true, table: true}, 100, 0, 0},
		} {
			t.Run(fmt.Sprintf("%s of %s", c.name, timeout), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c.hang.parts = &parts{told: map[pat.Prefix]int64{}}
					teller := &teller{source: "urn:latchkey", bus: c.hang, dead: c.hang, table: c.hang, log: slog.New(slog.DiscardHandler)}
					ctx, cancel := context.WithTimeout(t.Context(), timeout)
					defer cancel()
					answer, err := teller.Invoke(ctx, []byte(event))
					if again := strings.Count(string(answer), "itemIdentifier"); err != nil || ctx.Err() != nil || again != c.again {
						t.Errorf("%d come again, %v, at the end %v", again, err, ctx.Err())
					}
					if len(c.hang.letters) != c.letters || len(c.hang.put) != c.put {
						t.Errorf("%d letters, %d on the bus", len(c.hang.letters), len(c.hang.put))
					}
					if left := time.Until(deadlineOf(ctx)); left < timeout/20 {
						t.Errorf("the answer comes %s before the end", left)
					}
				})
			})
		}
	}
}
