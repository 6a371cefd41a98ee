package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
)

func TestNotifyAnnouncesEachTokenOnceHoweverOftenItRuns(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	all := s.everyLife(2)
	late := s.untold(2, life{ago: day, life: 60 * day})
	for range 4 {
		s.invoke()
	}
	s.eachOnce(all)
	if got := s.announced(); got != dueNotices(2) {
		t.Errorf("%d are said to be announced, want %d", got, dueNotices(2))
	}
	for _, token := range late {
		s.wants("an untold one", s.stream(), token, "created v1", "created v1")
	}
	if missed := s.lines(`"count":2,"oldestHours":24`); len(missed) != 1 || len(s.lines(`"level":"ERROR"`)) != 1 {
		t.Errorf("the log is\n%s", s.log)
	}
	usesItsRights(t, pat.OpNotify, s.table, s.wire)
}

func TestRunsOfNotifyThatOverlapAnnounceOnce(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, func(o *runtimeapi.Options) { o.Concurrency = 4 })
	all := s.everyLife(5)
	late := s.untold(20, life{ago: day, life: 60 * day})
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			if err := s.run(); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	s.invoke()
	s.eachOnce(all)
	if got := s.announced(); got != dueNotices(5) || s.fn.Started() < 2 {
		t.Errorf("%d are said to be announced, want %d; by %d processes", got, dueNotices(5), s.fn.Started())
	}
	for _, token := range late {
		s.wants("an untold one", s.stream(), token, "created v1", "created v1")
	}
}

// only makes a fault meet the calls alone whose body has the words.
func only(words string, fault faultproxy.Fault) faultproxy.Fault {
	return func(r faultproxy.Request) *faultproxy.Answer {
		if bytes.Contains(r.Body, []byte(words)) {
			return fault(r)
		}
		return r.Forward(r.Body)
	}
}

func TestATableThatFailsIsAnErrorAndWhatIsLeftIsAnnouncedLater(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		fault     faultproxy.Fault
		says      string
		other     string // the part that goes on
	}{
		"throttled":                      {"", faultproxy.Throttle(), "throttles", ""},
		"broken":                         {"", faultproxy.Break(), "has failed", ""},
		"denied":                         {"", faultproxy.Deny(), "may not do this", ""},
		"no reads":                       {"GetItem", faultproxy.Break(), "could not be announced", `"retold":8`},
		"no writes":                      {"UpdateItem", faultproxy.Throttle(), "could not be told again", ""},
		"no notices are written":         {"UpdateItem", only("lastChange", faultproxy.Throttle()), "could not be announced", `"retold":8`},
		"nothing due is found":           {"Query", only("due-index", faultproxy.Break()), "could not be announced", `"retold":8`},
		"nothing untold is found":        {"Query", only("untold-index", faultproxy.Break()), "could not be told again", `"announced":6`},
		"the answers of writes are lost": {"UpdateItem", only("lastChange", faultproxy.DropAnswer()), "could not be announced", `"retold":8`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t)
			all := s.everyLife(1)
			late := s.untold(8, life{ago: day, life: 60 * day})
			s.wire.Fail(c.operation, faultproxy.Always, c.fault)
			err := s.run()
			if err == nil || !strings.Contains(err.Error(), c.says) || len(s.lines(c.says)) == 0 || !strings.Contains(s.log.String(), c.other) {
				t.Errorf("got %v and the log\n%s", err, s.log)
			}
			s.wire.Heal()
			s.invoke()
			s.invoke()
			s.eachOnce(all)
			for _, token := range late {
				s.wants("an untold one", s.stream(), token, "created v1", "created v1")
			}
		})
	}
}

func TestADamagedRecordStopsNoOther(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	all := s.everyLife(1)
	week := lives["a week before its end"]
	late := life{ago: day, life: 60 * day}
	broken := append(s.made(2, week), s.untold(2, late)...)
	whole := s.untold(2, late)
	s.damage(broken[0], "v", "2")
	s.damage(broken[1], "graceUntil", "1")
	s.damage(broken[2], "v", "2")
	s.damage(broken[3], "graceUntil", "1")
	for range 3 {
		err := s.run()
		if err == nil {
			t.Fatalf("it succeeds\n%s", s.log)
		}
		for _, part := range []string{"could not be announced", "could not be told again", "damaged", string(broken[0].Prefix), string(broken[1].Prefix), string(broken[2].Prefix)} { // the last of them is told in the first run alone
			if !strings.Contains(err.Error(), part) {
				t.Errorf("it does not say %q: %v", part, err)
			}
		}
	}
	s.eachOnce(all)
	for _, token := range whole {
		s.wants("an untold one", s.stream(), token, "created v1", "created v1")
	}
	// A record of this format is put into the stream, where its consumer says what is wrong with it; another's nobody here can write.
	again := map[string]int{}
	for _, w := range s.written() {
		if isText(w.New["wrote"], "change") && w.Old["graceUntil"] != nil {
			again[sortKey(w.New)]++
		}
	}
	if want := map[string]int{"tok#" + string(broken[3].Prefix[pat.TagLen:]): 1}; !maps.Equal(again, want) || len(s.lines(string(broken[3].Prefix))) == 0 {
		t.Errorf("put into the stream again: %v, want %v\n%s", again, want, s.log)
	}
	for _, token := range broken { // of what cannot be read nothing is said
		if strings.Contains(s.log.String(), string(token.Owner)) || strings.Contains(s.log.String(), fmt.Sprintf("%x", token.Hash)) {
			t.Errorf("the log tells of the record:\n%s", s.log)
		}
	}
}

func TestATokenWhoseExpiryMovesIsAnnouncedAnew(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	made := s.made(1, lives["a week before its end"])[0]
	s.invoke()
	move := func(after time.Duration) pat.Token {
		t.Helper()
		got, err := s.svc.Patch(t.Context(), s.at(0), pat.PatchRequest{ID: made.ID, Expiry: &pat.Expiry{After: after}})
		s.must(err)
		s.invoke()
		return got
	}
	if got := move(20 * day); !got.DueAt.Equal(got.ExpiresAt.Add(-7 * day)) {
		t.Errorf("with 20 days left, it is due %s before its end", got.ExpiresAt.Sub(got.DueAt))
	}
	if got := move(12 * time.Hour); !got.DueAt.Equal(got.ExpiresAt) {
		t.Errorf("with half a day left, it is due %s before its end", got.ExpiresAt.Sub(got.DueAt))
	}
	s.wants("it", s.stream(), made, "created v1", "expiring 7 v2", "updated v3", "updated v4")
	early := s.made(1, life{ago: 10 * day, life: 90 * day})[0] // which in the meantime is to end in a week
	_, err := s.svc.Patch(t.Context(), s.at(5*day), pat.PatchRequest{ID: early.ID, Expiry: &pat.Expiry{After: 11*day + 12*time.Hour}})
	s.must(err)
	s.must(s.Told(t.Context(), early.Prefix, 2))
	s.invoke()
	s.invoke()
	s.wants("one that ends earlier", s.stream(), early, "created v1", "updated v2", "expiring 7 v3")
}

func TestARunThatHasNoTimeLeftEndsWellAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, func(o *runtimeapi.Options) { o.Timeout = 14 * time.Second })
	all := map[string][]pat.Token{"a week before its end": s.made(100, lives["a week before its end"])}
	late := s.untold(1, life{ago: day, life: 60 * day})[0]
	s.wire.Fail("UpdateItem", faultproxy.Always, faultproxy.Delay(400*time.Millisecond))
	s.invoke()
	if n := s.announced(); n == 0 || n == 100 || len(s.lines(`"retold":1,"more":true`)) != 1 {
		t.Errorf("%d are announced\n%s", n, s.log)
	}
	s.wire.Heal()
	s.invoke()
	s.eachOnce(all)
	s.wants("an untold one", s.stream(), late, "created v1", "created v1")
}

func TestOnlyAnEventWakesNotify(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	scheduled, err := os.ReadFile("notify/event.json")
	s.must(err)
	for _, good := range []string{string(scheduled), `{}`, `{"a":"b"}`} {
		if answer, err := s.fn.Invoke(t.Context(), []byte(good)); err != nil || string(answer) != "null" {
			t.Errorf("%s: %s, %v", good, answer, err)
		}
	}
	for _, bad := range []string{``, `null`, `[]`, `[{}]`, `"{}"`, `1`, `{`, `{}{}`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}"} {
		if answer, err := s.fn.Invoke(t.Context(), []byte(bad)); err == nil || !strings.Contains(err.Error(), "no JSON object") {
			t.Errorf("%q: %s, %v", bad, answer, err)
		}
	}
	if s.fn.Started() != 1 {
		t.Errorf("an event has ended it\n%s", s.log)
	}
}

// TestNotifysEventIsOneOfEventBridge: as the EventBridge User Guide has it ("Events from AWS services", "Scheduled Event"), with
// every member that AWS's own type knows.
func TestNotifysEventIsOneOfEventBridge(t *testing.T) {
	raw, err := os.ReadFile("notify/event.json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.EventBridgeEvent
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&event); err != nil {
		t.Fatal(err)
	}
	if event.Source != "aws.events" || event.DetailType != "Scheduled Event" || string(event.Detail) != "{}" || event.Version != "0" ||
		event.Time.IsZero() || len(event.Resources) != 1 || !strings.Contains(event.Resources[0], ":rule/") {
		t.Errorf("got %+v", event)
	}
	var named map[string]any
	if err := json.Unmarshal(raw, &named); err != nil {
		t.Fatal(err)
	}
	want := []string{"account", "detail", "detail-type", "id", "region", "resources", "source", "time", "version"}
	if got := slices.Sorted(maps.Keys(named)); !slices.Equal(got, want) {
		t.Errorf("it has %q, want %q", got, want)
	}
}

func TestAWrongSettingEndsNotifysStartAndIsNamed(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{"LATCHKEY_POLICY": `{"noticeDays":[1,7]}`, "LATCHKEY_STORE": "bolt:latchkey.db", "LATCHKEY_OIDC_ISSUER": "login"} {
		s := newSchedule(t, func(o *runtimeapi.Options) { o.Environment[name] = value })
		if err := s.run(); err == nil || len(s.lines(name)) == 0 {
			t.Errorf("%v\n%s", err, s.log)
		}
	}
}
