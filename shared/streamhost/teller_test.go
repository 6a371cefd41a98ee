package streamhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// parts are what a teller has around it; each does as it is told, by the ids of events.
type parts struct {
	mu      sync.Mutex
	refused map[string]error // by a part of the id
	deadErr error
	toldErr error

	put     []string
	letters []bus.Letter
	told    map[pat.Prefix]int64
	log     bytes.Buffer
}

func (p *parts) Put(_ context.Context, all []events.Event) []error {
	results := make([]error, len(all))
	for i, e := range all {
		for part, err := range p.refused {
			if strings.Contains(e.ID, part) {
				results[i] = err
			}
		}
		if results[i] == nil {
			p.put = append(p.put, e.ID[len(e.ID)-9:])
		}
	}
	return results
}

func (p *parts) Send(_ context.Context, l bus.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, l)
	return p.deadErr
}

func (p *parts) Told(_ context.Context, prefix pat.Prefix, version int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told[prefix] != 0 {
		return errors.New("told twice")
	}
	p.told[prefix] = version
	return p.toldErr
}

func (p *parts) invoke(t *testing.T, event string) (string, error) {
	t.Helper()
	p.told = map[pat.Prefix]int64{}
	teller := &teller{source: "urn:latchkey", bus: p, dead: p, table: p, log: slog.New(slog.NewTextHandler(&p.log, nil))}
	answer, err := teller.Invoke(t.Context(), []byte(event))
	return string(answer), err
}

// batch is of records of one token, each of a version.
func batch(t *testing.T, versions ...int) string {
	t.Helper()
	record, err := os.ReadFile("testdata/record.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range versions {
		text := strings.ReplaceAll(string(record), `"SEQUENCE"`, fmt.Sprintf(`"10%d"`, v))
		if v == 0 {
			text = strings.ReplaceAll(text, `"alice"`, `7`)
		}
		all = append(all, strings.ReplaceAll(text, `"VERSION"`, fmt.Sprintf(`"%d"`, v)))
	}
	return `{"Records":[` + strings.Join(all, ",") + `]}`
}

const prefix pat.Prefix = "0123456v00000001"

func TestWhatBecomesOfABatch(t *testing.T) {
	down := errors.New("down")
	for _, c := range []struct {
		name    string
		parts   *parts
		batch   string
		answer  string
		put     []string
		letters int
		told    int64
	}{
		{"all is told", &parts{}, batch(t, 1, 2, 3), `{"batchItemFailures":[]}`, []string{"1-updated", "2-updated", "3-updated"}, 0, 3},
		{"nothing is there", &parts{}, batch(t), `{"batchItemFailures":[]}`, nil, 0, 0},
		{"one cannot be told now", &parts{refused: map[string]error{"-2-": down}}, batch(t, 1, 2, 3), `{"batchItemFailures":[{"itemIdentifier":"102"}]}`, []string{"1-updated", "3-updated"}, 0, 3},
		{"the last cannot be told now", &parts{refused: map[string]error{"-3-": down}}, batch(t, 1, 2, 3), `{"batchItemFailures":[{"itemIdentifier":"103"}]}`, []string{"1-updated", "2-updated"}, 0, 2},
		{"none can be told now", &parts{refused: map[string]error{"-": down}}, batch(t, 1, 2), `{"batchItemFailures":[{"itemIdentifier":"101"},{"itemIdentifier":"102"}]}`, nil, 0, 0},
		{"one can never be told", &parts{refused: map[string]error{"-2-": bus.ErrRefused}}, batch(t, 1, 2, 3), `{"batchItemFailures":[]}`, []string{"1-updated", "3-updated"}, 1, 3},
		{"one cannot be read", &parts{}, batch(t, 1, 0, 3), `{"batchItemFailures":[]}`, []string{"1-updated", "3-updated"}, 1, 3},
		{"one can never be told, and no letter be sent", &parts{refused: map[string]error{"-2-": bus.ErrRefused}, deadErr: down}, batch(t, 1, 2), `{"batchItemFailures":[{"itemIdentifier":"102"}]}`, []string{"1-updated"}, 1, 1},
		{"no note can be made", &parts{toldErr: down}, batch(t, 1), `{"batchItemFailures":[]}`, []string{"1-updated"}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := c.parts.invoke(t, c.batch)
			if err != nil || answer != c.answer {
				t.Errorf("got %s, %v", answer, err)
			}
			if diff := cmp.Diff(c.put, c.parts.put); diff != "" {
				t.Errorf("on the bus: -want +got:\n%s", diff)
			}
			if len(c.parts.letters) != c.letters || c.parts.told[prefix] != c.told {
				t.Errorf("%d letters, told to version %d", len(c.parts.letters), c.parts.told[prefix])
			}
			for _, l := range c.parts.letters {
				if l.Sequence == "" || l.EventID == "" || l.Key.PK != "0123456v" || l.Key.SK != "tok#00000001" || l.Reason == "" {
					t.Errorf("a letter says %+v", l)
				}
			}
			if log := c.parts.log.String(); strings.Contains(log, "AQAAAA") {
				t.Errorf("the log has a hash: %s", log)
			}
		})
	}
}

func TestARecordWithoutANumberThatCannotBeBuriedBringsTheBatchBack(t *testing.T) {
	for _, c := range []struct {
		deadErr error
		fails   bool
	}{{nil, false}, {errors.New("down"), true}} {
		p := parts{deadErr: c.deadErr}
		answer, err := p.invoke(t, `{"Records":[{"eventID":"x"}]}`)
		if (err != nil) != c.fails || len(p.letters) != 1 || p.letters[0].Reason == "" {
			t.Errorf("got %s, %v, %+v", answer, err, p.letters)
		}
	}
}

// removed is the end of a token whose last change, of that kind, is untold.
func removed(t *testing.T, kind string) string {
	text := strings.ReplaceAll(batch(t, 3), `"MODIFY"`, `"REMOVE"`)
	return strings.ReplaceAll(strings.ReplaceAll(text, "NewImage", "OldImage"), `"updated"`, `"`+kind+`"`)
}

func TestALetterIsOfWhatDoesNotComeAgainAndIsShort(t *testing.T) {
	for _, c := range []struct {
		name    string
		refused map[string]error
		answer  string
		letters int
	}{
		{"the other event is told", nil, `{"batchItemFailures":[]}`, 1},
		{"the other event cannot be told now", map[string]error{"-4-purged": errors.New("down")}, `{"batchItemFailures":[{"itemIdentifier":"103"}]}`, 0},
	} {
		p := &parts{refused: c.refused}
		answer, err := p.invoke(t, removed(t, strings.Repeat("é", 300<<10)))
		if err != nil || answer != c.answer || len(p.letters) != c.letters || len(p.put) != c.letters {
			t.Errorf("%s: %s, %v, %d letters, %q", c.name, answer, err, len(p.letters), p.put)
		}
		for _, l := range p.letters {
			if len(l.Reason) > 1000 || p.log.Len() > 2000 {
				t.Errorf("a reason of %d bytes, a log of %d", len(l.Reason), p.log.Len())
			}
		}
	}
	p := &parts{refused: map[string]error{"-": fmt.Errorf("%w: %s", bus.ErrRefused, strings.Repeat("é", 300<<10))}}
	if _, err := p.invoke(t, batch(t, 1)); err != nil || len(p.letters) != 1 || len(p.letters[0].Reason) > 1000 || p.log.Len() > 2000 {
		t.Errorf("%v, %d letters, a log of %d", err, len(p.letters), p.log.Len())
	}
}

func TestWhatIsNoBatchIsAnError(t *testing.T) {
	for _, event := range []string{``, `null`, `{}`, `[]`, `{"version":"2.0"}`} {
		if answer, err := (&parts{}).invoke(t, event); err == nil {
			t.Errorf("%s: got %s", event, answer)
		}
	}
}

func TestAWrongSettingStopsTheStart(t *testing.T) {
	good := map[string]string{"LATCHKEY_STORE": "dynamodb://table", "LATCHKEY_EVENT_BUS": "latchkey-events",
		"LATCHKEY_DEAD_LETTERS": "https://sqs.us-east-1.amazonaws.com/123456789012/dead", "LATCHKEY_PUBLIC_URL": "https://tokens.example.com"}
	t.Setenv("AWS_REGION", "us-east-1")
	start := func(name, value string) (*teller, error) {
		return newTeller(t.Context(), func(asked string) (string, bool) {
			if asked == name {
				return value, true
			}
			v, ok := good[asked]
			return v, ok
		}, slog.New(slog.DiscardHandler))
	}
	if got, err := start("", ""); err != nil || got.source != "https://tokens.example.com" {
		t.Fatalf("%v, %v", got, err)
	}
	if got, err := start("LATCHKEY_PUBLIC_URL", ""); err != nil || got.source != "urn:latchkey" {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := start("LATCHKEY_EVENT_BUS", "arn:aws:events:us-east-1:123456789012:event-bus/latchkey-events"); err != nil {
		t.Error(err)
	}
	for _, c := range [][2]string{{"LATCHKEY_STORE", "mem:"}, {"LATCHKEY_STORE", "bolt:file"}, {"LATCHKEY_EVENT_BUS", ""}, {"LATCHKEY_EVENT_BUS", "a bus"},
		{"LATCHKEY_DEAD_LETTERS", ""}, {"LATCHKEY_DEAD_LETTERS", "queue"}, {"LATCHKEY_POLICY", "{"}} {
		if _, err := start(c[0], c[1]); err == nil || !strings.Contains(err.Error(), c[0]) {
			t.Errorf("%s=%q: %v", c[0], c[1], err)
		}
	}
}
