package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/config"
	"latchkey/shared/store/mem"
)

// handClock is moved by a test.
type handClock struct {
	mu    sync.Mutex
	time  time.Time
	ticks chan time.Time
}

var firstDay = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)

func newHandClock() *handClock { return &handClock{time: firstDay, ticks: make(chan time.Time)} }

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

// clock is the one that is given to the program.
func (c *handClock) clock() clock {
	return clock{c.now, func(time.Duration) (<-chan time.Time, func()) { return c.ticks, func() {} }}
}

// advance moves the time.
func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
}

// round lets a whole round of upkeep happen: the second tick is taken when what the first one began is done.
func (c *handClock) round(t *testing.T, ended <-chan int) {
	t.Helper()
	for range 2 {
		select {
		case c.ticks <- c.now():
		case status := <-ended:
			t.Fatalf("the server ended with %d", status)
		}
	}
}

// ownServer is the server in this process, on a clock that the test moves.
type ownServer struct {
	url   string
	stop  context.CancelFunc
	ended chan int
	log   *serverLog
}

func startOwn(t *testing.T, c *handClock, store string) *ownServer {
	t.Helper()
	variables := map[string]string{"LATCHKEY_LISTEN": "127.0.0.1:0", "LATCHKEY_STORE": store, "LATCHKEY_ADMIN_PASSWORD": "correct horse battery"}
	ctx, stop := context.WithCancel(t.Context())
	s := &ownServer{stop: stop, ended: make(chan int, 1), log: &serverLog{}}
	said, says := io.Pipe()
	env := environment{ctx: ctx, lookup: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
		stdin: strings.NewReader(""), stdout: says, stderr: s.log, clock: c.clock()}
	go func() {
		status := run(env, []string{"serve"})
		_ = says.Close()
		s.ended <- status
	}()
	var text []byte
	for chunk := make([]byte, 4096); s.url == ""; {
		n, err := said.Read(chunk)
		text = append(text, chunk[:n]...)
		s.url = string(readyLine.Find(text))
		if err != nil {
			t.Fatalf("the server did not start: %s%s", text, s.log)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return s
}

// end stops the server, which must have had nothing to complain of.
func (s *ownServer) end(t *testing.T) {
	t.Helper()
	s.stop()
	if status := <-s.ended; status != 0 || strings.Contains(s.log.String(), `"level":"ERROR"`) {
		t.Errorf("status %d: %s", status, s.log)
	}
}

// verify returns what a token is said to be.
func (s *ownServer) verify(t *testing.T, token string) string {
	t.Helper()
	res, err := http.Post(s.url+"/v1/tokens/verify", "application/json", strings.NewReader(`{"token":"`+token+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Code string }
	if err := json.UnmarshalRead(res.Body, &answer, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	return answer.Code
}

// post makes something, and returns the field of what is answered.
func (s *ownServer) post(t *testing.T, path, bearer, body, field string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.UnmarshalRead(res.Body, &answer); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %d, %v, %v", path, res.StatusCode, answer["detail"], err)
	}
	return answer[field].(string)
}

func TestTheProcessAnnouncesTokensAndCollectsThemHoweverOftenItIsStarted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "latchkey.db")
	c := newHandClock()
	s := startOwn(t, c, "bolt:"+file)
	session := s.post(t, "/v1/sessions", "", `{"username":"admin","password":"correct horse battery"}`, "token")
	s.post(t, "/v1/tokens", session, `{"name":"long","scopes":["repo:read"],"expiresInDays":40}`, "id")
	s.post(t, "/v1/tokens", session, `{"name":"short","scopes":["repo:read"],"expiresInDays":4}`, "id")
	var got []string
	for quarter := 1; quarter <= 4*80; quarter++ {
		c.advance(6 * time.Hour)
		switch quarter {
		case 4*33 - 2, 4 * 33, 4*40 - 1, 4 * 70: // before, at and after something is due
			s.end(t)
			got = append(got, s.told(t)...)
			s = startOwn(t, c, "bolt:"+file)
		}
		c.round(t, s.ended)
	}
	s.end(t)
	got = append(got, s.told(t)...)
	want := []string{
		"day 0: long created 0 v1", "day 0: short created 0 v1",
		"day 3: short expiring 1 v2", "day 4: short expired 0 v3",
		"day 10: long expiring 30 v2",
		"day 33: long expiring 7 v3", "day 34: short purged 0 v4",
		"day 39: long expiring 1 v4", "day 40: long expired 0 v5",
		"day 70: long purged 0 v6",
	}
	if !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// told are the events in a server's log, once it has ended.
func (s *ownServer) told(t *testing.T) (told []string) {
	t.Helper()
	for line := range strings.Lines(s.log.String()) {
		var logged struct {
			Event struct {
				Type string
				Time time.Time
				Data struct {
					Name      string
					Version   int
					Threshold int
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &logged, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e := logged.Event; e.Type != "" {
			kind := strings.TrimSuffix(strings.TrimPrefix(e.Type, "dev.latchkey.token."), ".v1")
			told = append(told, fmt.Sprintf("day %g: %s %s %d v%d", e.Time.Sub(firstDay).Hours()/24, e.Data.Name, kind, e.Data.Threshold, e.Data.Version))
		}
	}
	return told
}

func TestUpkeepThatFailsIsLoggedAndTriedAgain(t *testing.T) {
	store := mem.New()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	log := slog.New(slog.NewTextHandler(&text, nil))
	cfg, err := config.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	c := newHandClock()
	svc, err := assemble(t.Context(), cfg, store, log, c.now)
	if err != nil {
		t.Fatal(err)
	}
	rest := newUpkeep(c.clock(), svc, store, log).start(t.Context())
	c.round(t, nil)
	rest()
	rest()
	if n := strings.Count(text.String(), "could not be announced"); n < 2 || n != strings.Count(text.String(), "could not be collected") {
		t.Errorf("logged: %s", &text)
	}
}

// What the clock of a machine says for a while is not told, and takes nothing away.
func TestAClockThatJumpsEndsNothing(t *testing.T) {
	const day = 24 * time.Hour
	for _, jump := range []time.Duration{-time.Hour, 366 * day, -56 * 366 * day} {
		t.Run(jump.String(), func(t *testing.T) {
			c := newHandClock()
			s := startOwn(t, c, "bolt:"+filepath.Join(t.TempDir(), "latchkey.db"))
			session := s.post(t, "/v1/sessions", "", `{"username":"admin","password":"correct horse battery"}`, "token")
			token := s.post(t, "/v1/tokens", session, `{"name":"short","scopes":["repo:read"],"expiresInDays":4}`, "token")
			looks := func(hours int) {
				for range 30 * hours { // a round is two looks
					c.advance(2 * upkeepInterval)
					c.round(t, s.ended)
				}
			}
			c.advance(jump)
			looks(1)
			c.advance(-jump)
			looks(2)
			if code := s.verify(t, token); code != "VALID" {
				t.Errorf("the token is %s", code)
			}
			for range 4 * 50 {
				c.advance(6 * time.Hour)
				c.round(t, s.ended)
			}
			if code := s.verify(t, token); code != "NOT_FOUND" {
				t.Errorf("long after, the token is %s", code)
			}
			s.end(t)
			var kinds []string
			for _, told := range s.told(t) {
				kinds = append(kinds, strings.Join(strings.Fields(told)[3:], " "))
			}
			if want := []string{"created 0 v1", "expiring 1 v2", "expired 0 v3", "purged 0 v4"}; !slices.Equal(kinds, want) {
				t.Errorf("told %q", s.told(t))
			}
		})
	}
}

// A clock that is believed again may be wrong still: what it ended is kept for a week.
func TestWhatAWrongClockEndsIsThereWhenItIsRight(t *testing.T) {
	file := filepath.Join(t.TempDir(), "latchkey.db")
	c := newHandClock()
	s := startOwn(t, c, "bolt:"+file)
	session := s.post(t, "/v1/sessions", "", `{"username":"admin","password":"correct horse battery"}`, "token")
	token := s.post(t, "/v1/tokens", session, `{"name":"short","scopes":["repo:read"],"expiresInDays":4}`, "token")
	s.end(t)
	const wrong = 366 * 24 * time.Hour
	c.advance(wrong)
	s = startOwn(t, c, "bolt:"+file) // which knows of no other time
	for range 4 * 6 {
		c.advance(6 * time.Hour)
		c.round(t, s.ended)
	}
	c.advance(-wrong - 6*24*time.Hour)
	if code := s.verify(t, token); code != "VALID" {
		t.Errorf("the token is %s", code)
	}
	s.end(t)
}

func TestAClockThatLeaptIsBelievedAfterAnHour(t *testing.T) {
	var w watch
	now := firstDay
	for i, c := range []struct {
		moves time.Duration
		looks int // until it is believed
	}{{0, 0}, {time.Minute, 0}, {leap, 0}, {-leap, 0}, {leap + 1, settling}, {time.Minute, 0}, {-leap - 1, settling}, {366 * leap, settling}} {
		now = now.Add(c.moves)
		leapt, steady := w.look(now)
		if (leapt == 0) != (c.looks == 0) || steady != (c.looks == 0) {
			t.Errorf("%d: it leapt %s, %v", i, leapt, steady)
		}
		for look := 1; look <= c.looks; look++ {
			now = now.Add(upkeepInterval)
			if leapt, steady := w.look(now); leapt != 0 || steady != (look == c.looks) {
				t.Errorf("%d: after %d looks it leapt %s, %v", i, look, leapt, steady)
			}
		}
	}
}
