package functions_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/dynamo"
)

const day = 24 * time.Hour

// schedule is what wakes notify, whose clock is the real one; and a service on the same table whose clock the test moves.
type schedule struct {
	*testing.T
	*dynamo.Store
	svc   *pat.Service
	db    *dynamolocal.DB
	table string
	wire  *faultproxy.Proxy // of the function alone
	fn    *runtimeapi.Function
	log   *runtimeapi.Log
	start time.Time     // now, for all that is made
	ago   time.Duration // the service's clock lies so far behind

	admins map[time.Duration]pat.Caller // by when they logged in
}

func newSchedule(t *testing.T, edits ...func(*runtimeapi.Options)) *schedule {
	t.Helper()
	db := dynamolocal.Start(t)
	s := &schedule{T: t, db: db, table: db.Table(t), wire: faultproxy.Start(t, db.Endpoint), log: &runtimeapi.Log{}, start: time.Now(),
		admins: map[time.Duration]pat.Caller{}}
	s.Store = s.open(db.Endpoint)
	ring := pat.NewKeyRing(s.Store)
	policy := pat.DefaultPolicy()
	policy.TokensPerOwner, policy.Creates = pat.MaxTokensPerOwner, pat.Rate{PerMinute: 1_000_000, Burst: 1_000_000}
	s.svc = pat.NewService(pat.Config{Store: s.Store, Ring: ring, Sessions: session.New(ring, "urn:test", nil), Policy: policy,
		Now: func() time.Time { return s.start.Add(-s.ago) }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	_, err := s.svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.NewSecret(adminPassword), nil })
	s.must(err)
	program, err := filepath.Abs("../dist/local/notify/bootstrap")
	s.must(err)
	o := runtimeapi.Options{Name: "notify", Program: program, Timeout: time.Minute, Log: s.log,
		Environment: map[string]string{"LATCHKEY_STORE": "dynamodb://" + s.table, "AWS_ENDPOINT_URL_DYNAMODB": s.wire.URL}}
	for _, edit := range edits {
		edit(&o)
	}
	s.fn = runtimeapi.New(o)
	t.Cleanup(s.fn.Close)
	return s
}

func (s *schedule) open(endpoint string) *dynamo.Store {
	s.Helper()
	cfg := s.db.Config()
	cfg.BaseEndpoint = aws.String(endpoint)
	store, err := dynamo.Open(s.Context(), dynamo.Options{Table: s.table, AWS: &cfg, Call: 30 * time.Second})
	s.must(err)
	s.Cleanup(func() { _ = store.Close() })
	return store
}

func (s *schedule) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// at sets the service's clock back, and returns who logs in then.
func (s *schedule) at(ago time.Duration) pat.Caller {
	s.Helper()
	s.ago = ago
	if admin, ok := s.admins[ago]; ok {
		return admin
	}
	got, err := s.svc.Login(s.Context(), pat.LoginRequest{Username: "admin", Password: pat.NewSecret(adminPassword)})
	s.must(err)
	s.admins[ago], err = s.svc.Authenticate(s.Context(), pat.Credential{Scheme: pat.SchemeBearer, Secret: got.Secret})
	s.must(err)
	return s.admins[ago]
}

// untold are tokens that were made so long ago for so long, of whose creation nobody has told.
func (s *schedule) untold(n int, l life) (all []pat.Token) {
	s.Helper()
	admin := s.at(l.ago)
	for range n {
		made, err := s.svc.Create(s.Context(), admin, pat.CreateRequest{Name: "ci", Scopes: []pat.Scope{"repo:read"}, Expiry: pat.Expiry{After: l.life}})
		s.must(err)
		all = append(all, made.Token)
	}
	return all
}

// made are tokens of which all has been told so far.
func (s *schedule) made(n int, l life) []pat.Token {
	s.Helper()
	all := s.untold(n, l)
	for _, t := range all {
		s.must(s.Told(s.Context(), t.Prefix, t.Version))
	}
	return all
}

// invoke runs the function, which must succeed.
func (s *schedule) invoke() {
	s.Helper()
	if err := s.run(); err != nil {
		s.Fatalf("%v\n%s", err, s.log)
	}
}

func (s *schedule) run() error {
	_, err := s.fn.Invoke(s.Context(), []byte(`{"detail-type":"Scheduled Event","source":"aws.events","detail":{}}`))
	return err
}

// stream is what came into the table's stream as changes of tokens, each written as its kind, a notice with its threshold, and the
// version.
func (s *schedule) stream() map[pat.Prefix][]string {
	s.Helper()
	told := map[pat.Prefix][]string{}
	for _, w := range s.written() {
		if image, err := dynamo.ReadImage(w.New); err == nil && image.Changed {
			p := image.Token.Prefix
			told[p] = append(told[p], changeOf(image.Token))
		}
	}
	return told
}

func (s *schedule) written() []dynamolocal.Written {
	s.Helper()
	all, err := s.db.Stream(s.Context(), s.table)
	s.must(err)
	return all
}

func changeOf(t pat.Token) string {
	kind := string(t.LastChange.Kind)
	if t.LastChange.Kind == pat.ChangeExpiring {
		kind = fmt.Sprintf("%s %g", kind, t.LastChange.Notice.Hours()/24)
	}
	return fmt.Sprintf("%s v%d", kind, t.Version)
}

// wants compares what the stream has of a token.
func (s *schedule) wants(what string, told map[pat.Prefix][]string, t pat.Token, want ...string) {
	s.Helper()
	if got := told[t.Prefix]; !slices.Equal(got, want) {
		s.Errorf("of %s the stream has %q, want %q\n%s", what, got, want, s.log)
	}
}

// lines are those of the function's log that have the words.
func (s *schedule) lines(words string) (found []string) {
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, words) {
			found = append(found, line)
		}
	}
	return found
}

// life is when a token was made and for how long, and which notices a run of now writes, one after another.
type life struct {
	ago, life time.Duration
	due       []string
}

var lives = map[string]life{
	"a month before its end":   {1 * day, 30*day + 12*time.Hour, []string{"expiring 30"}},
	"a week before its end":    {10 * day, 16*day + 12*time.Hour, []string{"expiring 7"}},
	"a day before its end":     {5 * day, 5*day + 12*time.Hour, []string{"expiring 1"}},
	"past its end":             {5 * day, 5*day - time.Hour, []string{"expired"}},
	"past its end for a week":  {20 * day, 13 * day, []string{"expired"}},
	"past its retention":       {40 * day, 3 * day, []string{"expired", "purged"}},
	"between two thresholds":   {2 * day, 22 * day, nil},
	"with much time before it": {1 * day, 90 * day, nil},
}

// everyLife makes so many tokens of each.
func (s *schedule) everyLife(n int) map[string][]pat.Token {
	s.Helper()
	all := map[string][]pat.Token{}
	for name, l := range lives {
		all[name] = s.made(n, l)
	}
	return all
}

// dueNotices is how many notices so many tokens of each life have.
func dueNotices(n int) (sum int) {
	for _, l := range lives {
		sum += n * len(l.due)
	}
	return sum
}

// eachOnce checks that the stream has each notice that is due once, and nothing else but the creation; and the record the last.
func (s *schedule) eachOnce(all map[string][]pat.Token) {
	s.Helper()
	told := s.stream()
	for name, tokens := range all {
		want := []string{"created v1"}
		for i, notice := range lives[name].due {
			want = append(want, fmt.Sprintf("%s v%d", notice, i+2))
		}
		for _, t := range tokens {
			s.wants("a token "+name, told, t, want...)
			row, err := s.Token(s.Context(), t.Prefix)
			if s.must(err); changeOf(row) != want[len(want)-1] {
				s.Errorf("the record of a token %s says %q", name, changeOf(row))
			}
		}
	}
}

// announced adds up what the runs say that they have announced.
func (s *schedule) announced() (sum int) {
	s.Helper()
	for _, line := range s.lines(`"msg":"notify"`) {
		var said struct{ Announced int }
		s.must(json.Unmarshal([]byte(line), &said))
		sum += said.Announced
	}
	return sum
}

// damage sets an attribute of a token's record behind the store's back.
func (s *schedule) damage(t pat.Token, name, value string) {
	s.Helper()
	set := "SET #a = :v"
	_, err := s.db.Client().UpdateItem(s.Context(), &dynamodb.UpdateItemInput{TableName: &s.table, UpdateExpression: &set,
		Key:                       keysOf(t.Prefix),
		ExpressionAttributeNames:  map[string]string{"#a": name},
		ExpressionAttributeValues: dynamolocal.Item{":v": &types.AttributeValueMemberN{Value: value}}})
	s.must(err)
}

func isText(v types.AttributeValue, want string) bool {
	s, ok := v.(*types.AttributeValueMemberS)
	return ok && s.Value == want
}

func sortKey(it dynamolocal.Item) string {
	s, _ := it["sk"].(*types.AttributeValueMemberS)
	return s.Value
}
