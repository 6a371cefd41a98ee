package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/events"
	"latchkey/shared/outbox"
	"latchkey/shared/pat"
	"latchkey/shared/store/bolt"
)

const (
	hookSecret  = "whsec_aHVudGVyMiBodW50ZXIyIGh1bnRlcjIgaHVudGVyMiE="
	hookPath    = "/a-secret-path"
	hooksPasswd = "the administrator's own password"
)

// posted is a webhook as it arrived.
type posted struct {
	id, kind string
	body     string
}

// hook is a receiver of webhooks; it hands on what arrived and answers as it is told.
func hook(t *testing.T, answer func() int) (settings []string, arrived chan posted) {
	t.Helper()
	handler, arrived := receiving(t, answer)
	receiver := httptest.NewServer(handler)
	t.Cleanup(receiver.Close)
	return sendingTo(receiver.URL), arrived
}

// sendingTo are the settings of a server whose events go to that address.
func sendingTo(url string) []string {
	return []string{
		"LATCHKEY_WEBHOOKS=" + `[{"url":"` + url + hookPath + `","secret":"` + hookSecret + `"}]`,
		"LATCHKEY_WEBHOOK_ALLOW_PRIVATE=true",
	}
}

func receiving(t *testing.T, answer func() int) (handler http.Handler, arrived chan posted) {
	arrived = make(chan posted, 100)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender has died
		}
		if !signed(r.Header, body) {
			t.Errorf("the signature does not fit: %v", r.Header)
		}
		var event struct{ Type string }
		if err := json.Unmarshal(body, &event); err != nil {
			t.Error(err)
		}
		status := answer()
		arrived <- posted{r.Header.Get("webhook-id"), strings.TrimSuffix(strings.TrimPrefix(event.Type, "dev.latchkey.token."), ".v1"), string(body)}
		w.WriteHeader(status)
	}), arrived
}

// signed verifies as a receiver does, by the text of Standard Webhooks 1.0.0.
func signed(h http.Header, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(hookSecret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(h.Get("webhook-id") + "." + h.Get("webhook-timestamp") + "." + string(body)))
	return h.Get("webhook-signature") == "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func next(t *testing.T, arrived chan posted) posted {
	t.Helper()
	select {
	case p := <-arrived:
		return p
	case <-time.After(patience):
		t.Fatal("no webhook arrived")
		return posted{}
	}
}

// telling is a server of its own process that sends webhooks.
type telling struct {
	t   *testing.T
	s   *server
	log serverLog
	url string
}

func startTelling(t *testing.T, file string, settings []string) *telling {
	t.Helper()
	program, err := exec.LookPath("latchkey")
	if err != nil {
		t.Fatal(err)
	}
	p := &telling{t: t, s: &server{cmd: exec.Command(program, "serve")}}
	p.s.cmd.Stderr = &p.log
	p.s.cmd.Env = append(slices.Clone(settings), "LATCHKEY_LISTEN=127.0.0.1:0", "LATCHKEY_ADMIN_PASSWORD="+hooksPasswd,
		"LATCHKEY_STORE=bolt:"+file, "GORACE=atexit_sleep_ms=0", "PATH="+os.Getenv("PATH"), "GOCOVERDIR="+os.Getenv("GOCOVERDIR"))
	stdout, err := p.s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.s.kill)
	if p.url, err = p.s.awaitReady(stdout); err != nil {
		t.Fatalf("%v\n%s", err, p.log.String())
	}
	return p
}

// stop ends it with SIGTERM, which must succeed, and returns its log.
func (p *telling) stop() string {
	p.t.Helper()
	if err := p.s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.s.wait(); err != nil {
		p.t.Errorf("it did not stop well: %v\n%s", err, p.log.String())
	}
	return p.log.String()
}

// call makes a request and returns the members of its answer that are texts.
func (p *telling) call(method, path, bearer, body string) map[string]string {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, raw, err)
	}
	var members map[string]any
	_ = json.Unmarshal(raw, &members) // which may be nothing
	texts := map[string]string{}
	for name, value := range members {
		texts[name], _ = value.(string)
	}
	return texts
}

func (p *telling) login() string {
	p.t.Helper()
	return p.call("POST", "/v1/sessions", "", `{"username":"admin","password":"`+hooksPasswd+`"}`)["token"]
}

func TestTheProcessTellsOfEveryChangeAndOfNoSecret(t *testing.T) {
	var failures atomic.Int32
	settings, arrived := hook(t, func() int {
		if failures.Add(1) == 1 {
			return http.StatusInternalServerError
		}
		return http.StatusNoContent
	})
	p := startTelling(t, filepath.Join(t.TempDir(), "latchkey.db"), settings)
	session := p.login()
	made := p.call("POST", "/v1/tokens", session, `{"name":"deploy","scopes":["repo:read"]}`)
	refused, created := next(t, arrived), next(t, arrived)
	if refused != created || created.kind != "created" || created.id != made["id"]+"-1-created" {
		t.Errorf("got %+v, then %+v", refused, created)
	}
	p.call("PATCH", "/v1/tokens/"+made["id"], session, `{"name":"renamed"}`)
	p.call("DELETE", "/v1/tokens/"+made["id"], session, "")
	updated, revoked := next(t, arrived), next(t, arrived)
	if updated.kind != "updated" || revoked.kind != "revoked" || !strings.Contains(updated.body, `"name":"renamed"`) || !strings.Contains(revoked.body, `"revoked":true`) {
		t.Errorf("got %+v, then %+v", updated, revoked)
	}
	log := p.stop()
	if strings.Count(log, `"msg":"event"`) != 3 || strings.Count(log, "an event was not taken") != 1 {
		t.Errorf("the log says %s", log)
	}
	_, secretPart, _ := strings.Cut(made["token"], "-")
	for _, told := range []string{log, created.body, updated.body, revoked.body} {
		for _, secret := range []string{secretPart, session, hooksPasswd, hookSecret[6:], "hunter2", hookPath} {
			if strings.Contains(told, secret) {
				t.Errorf("a secret is told: %s", told)
			}
		}
		if !strings.Contains(told, made["id"]) {
			t.Errorf("whose change? %s", told)
		}
	}
}

func TestAWebhookThatACrashLeftUnmarkedComesAgainWithItsID(t *testing.T) {
	crash := make(chan func())
	var once sync.Once
	settings, arrived := hook(t, func() int {
		once.Do(func() { (<-crash)() }) // once the creation is answered
		return http.StatusNoContent
	})
	file := filepath.Join(t.TempDir(), "latchkey.db")
	p := startTelling(t, file, settings)
	made := p.call("POST", "/v1/tokens", p.login(), `{"name":"deploy","scopes":["repo:read"]}`)
	crash <- p.s.kill
	first := next(t, arrived)
	p = startTelling(t, file, settings)
	if again := next(t, arrived); again != first || again.id != made["id"]+"-1-created" {
		t.Errorf("got %+v, then %+v", first, again)
	}
	p.stop()
	p = startTelling(t, file, settings)
	p.call("DELETE", "/v1/tokens/"+made["id"], p.login(), "")
	if revoked := next(t, arrived); revoked.kind != "revoked" {
		t.Errorf("what was marked came again: %+v", revoked)
	}
	p.stop()
}

func TestAnEndpointThatHangsTouchesNoRequestAndNoStop(t *testing.T) {
	release := make(chan struct{})
	settings, _ := hook(t, func() int { <-release; return http.StatusNoContent })
	defer close(release)
	p := startTelling(t, filepath.Join(t.TempDir(), "latchkey.db"), settings)
	session := p.login()
	for range 20 {
		p.call("POST", "/v1/tokens", session, `{"name":"deploy","scopes":["repo:read"]}`)
	}
	began := time.Now()
	p.stop()
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the stop took %s", took)
	}
}

// Where a file's note of its readers is damaged, nobody can say what they have heard.
func TestADamagedNoteOfTheReadersIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	damage := func(edit func(row []byte) []byte) (map[string]uint64, error) {
		store, err := bolt.Open(path)
		if err == nil {
			err = errors.Join(store.SetReaders(t.Context(), map[string]uint64{"log": 7}), store.Close())
		}
		db, openErr := bbolt.Open(path, 0o600, nil)
		if err = errors.Join(err, openErr); err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error {
			meta := tx.Bucket([]byte("meta"))
			return meta.Put([]byte("readers"), edit(slices.Clone(meta.Get([]byte("readers")))))
		})
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if store, err = bolt.Open(path); err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		return fileOutbox{store}.Readers(t.Context())
	}
	if through, err := damage(func(row []byte) []byte { return row }); err != nil || through["log"] != 7 {
		t.Errorf("whole: %v, %v", through, err)
	}
	if through, err := damage(func(row []byte) []byte { row[5] ^= 1; return row }); !errors.Is(err, outbox.ErrLost) {
		t.Errorf("a flipped bit: %v, %v", through, err)
	}
}

func TestTheOutboxHasAllThatAnEventSays(t *testing.T) {
	file, err := bolt.Open(filepath.Join(t.TempDir(), "latchkey.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	token := pat.Token{Prefix: "0123456v00000000", Scopes: []pat.Scope{"repo:read"}}
	fill(reflect.ValueOf(&token).Elem())
	row := pat.Owner{ID: token.Owner, Tag: "0123456v", Epoch: token.OwnerEpoch, CreatedAt: firstDay}
	if token.ID, err = pat.NewID(token.Prefix, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.PutOwner(t.Context(), row, 0, pat.Standing{}), file.CreateToken(t.Context(), pat.NewToken{Token: token})); err != nil {
		t.Fatal(err)
	}
	items, err := fileOutbox{file}.After(t.Context(), 0, 10)
	if err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}
	want := reflect.ValueOf(events.Of(token))
	for i := range want.NumField() {
		name := want.Type().Field(i).Name
		if got := reflect.ValueOf(items[0].Record).Field(i); want.Field(i).IsZero() || !reflect.DeepEqual(got.Interface(), want.Field(i).Interface()) {
			t.Errorf("%s is %v, want %v", name, got, want.Field(i))
		}
	}
}

// fill sets what a record has and is not set, each member to something of its own.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.IsZero() {
			continue
		}
		switch f.Addr().Interface().(type) {
		case *time.Time:
			f.Set(reflect.ValueOf(firstDay.Add(time.Duration(i) * time.Minute)))
			continue
		case *time.Duration:
			f.SetInt(int64(7 * 24 * time.Hour))
			continue
		case *netip.Addr:
			f.Set(reflect.ValueOf(netip.MustParseAddr("192.0.2.1")))
			continue
		case *pat.Usage:
			continue // no change
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(v.Type().Field(i).Name)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int64:
			f.SetInt(int64(i) + 1)
		case reflect.Array:
			f.Index(0).SetUint(1)
		case reflect.Struct:
			fill(f)
		}
	}
}
