package main

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// made is a token as its creation tells it.
type made struct{ ID, Prefix, Token string }

// make makes a token, with more members of the request if there are any.
func (c *client) make(more string) (m made) {
	c.t.Helper()
	if status := c.call("POST", "/v1/tokens", c.session, `{"name":"told","scopes":["repo:read"]`+more+`}`, &m); status != http.StatusCreated {
		c.t.Fatalf("make a token: %d", status)
	}
	return m
}

// isOnTheBus: what a token goes through is told, each change once.
func isOnTheBus(t *testing.T, d *desk, e *ear) {
	c := newClient(t, d)
	m := c.make("")
	if status := c.call("PATCH", "/v1/tokens/"+m.ID, c.session, `{"name":"renamed"}`, nil); status != http.StatusOK {
		t.Fatalf("rename it: %d", status)
	}
	if status := c.call("DELETE", "/v1/tokens/"+m.ID, c.session, "", nil); status != http.StatusNoContent {
		t.Fatalf("revoke it: %d", status)
	}
	for n, kind := range []string{"created", "updated", "revoked"} {
		if got := e.await(t, kind, m.ID); got.Data.Version != n+1 || got.Data.Change.Via != "session" {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if got := e.of(m.ID); !slices.Equal(got, []string{"created", "updated", "revoked"}) {
		t.Errorf("told was %v", got)
	}
}

// usesAreNotTold: the function is not even asked. What was used comes into the stream before what is made after.
func usesAreNotTold(t *testing.T, d *desk, e *ear) {
	c := newClient(t, d)
	used := c.make("")
	e.await(t, "created", used.ID)
	if got, status := c.verify(used.Token); got != "VALID" || status != http.StatusOK {
		t.Fatalf("%s (%d)", got, status)
	}
	if wrote, _ := row(t, d, used.Prefix)["wrote"].(*types.AttributeValueMemberS); wrote == nil || !strings.HasPrefix(wrote.Value, "use#") {
		t.Fatalf("the record does not say that it was used: %v", wrote)
	}
	e.await(t, "created", c.make("").ID)
	if n := strings.Count(eventsOf(d, "Cleanup"), used.ID); n != 1 {
		t.Errorf("the function has got %d records of a token that was made and used", n)
	}
}

// keyOf is where a token lies, of which shared/store/dynamo says why.
func keyOf(prefix string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: prefix[:pat.TagLen]},
		"sk": &types.AttributeValueMemberS{Value: "tok#" + prefix[pat.TagLen:]}}
}

func row(t *testing.T, d *desk, prefix string) map[string]types.AttributeValue {
	t.Helper()
	got, err := dynamodb.NewFromConfig(awsOf(d)).GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &d.stack.Table, Key: keyOf(prefix), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return got.Item
}

// eventsOf is each event that a function got, a line each.
func eventsOf(d *desk, function string) string {
	var lines []string
	for line := range strings.Lines(d.cloud.Events()) {
		if strings.HasPrefix(line, `{"function": "latchkey-`+function+`Function-`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// endsAreTold: a token that nobody has marked, and whose time is over, is deleted by the table itself; another by somebody's hand.
func endsAreTold(t *testing.T, d *desk, e *ear) {
	config := awsOf(d)
	store, err := dynamo.Open(t.Context(), dynamo.Options{Table: d.stack.Table, AWS: &config})
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, d)
	model := c.make("")
	old := ancient(t, store, model)
	e.await(t, "created", string(old.ID))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, d.cloud.Endpoint+"/_aws/dynamodb/expired", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if row(t, d, string(old.Prefix)) != nil {
		t.Error("LocalStack's expiry did not delete it")
	}
	if got := e.await(t, "purged", string(old.ID)); got.Data.Version != 2 || got.Data.Change.Via != "system" {
		t.Errorf("by the table itself: %+v", got)
	}
	if _, err := dynamodb.NewFromConfig(config).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &d.stack.Table, Key: keyOf(model.Prefix)}); err != nil {
		t.Fatal(err)
	}
	if got := e.await(t, "purged", model.ID); got.Data.Version != 2 || got.Data.Change.Via != "table" {
		t.Errorf("by somebody's hand: %+v", got)
	}
	for _, id := range []string{string(old.ID), model.ID} {
		if got := e.of(id); !slices.Equal(got, []string{"created", "purged"}) {
			t.Errorf("told was %v", got)
		}
	}
}

// ancient writes a token like another one of the same owner, whose retention ended long ago, as a version before notices wrote it.
func ancient(t *testing.T, store *dynamo.Store, model made) pat.Token {
	t.Helper()
	token, err := store.Token(t.Context(), pat.Prefix(model.Prefix))
	if err != nil {
		t.Fatal(err)
	}
	const day = 24 * time.Hour
	made := token.CreatedAt.Add(-400 * day)
	if token.Prefix, err = pat.NewPrefix(token.Prefix.Tag(), made, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if token.ID, err = pat.NewID(token.Prefix, rand.Reader); err != nil {
		t.Fatal(err)
	}
	token.CreatedAt, token.UpdatedAt, token.NotBefore, token.LastChange.At = made, made, time.Time{}, made
	token.ExpiresAt, token.PurgeAt, token.DueAt = made.Add(90*day), made.Add(120*day), time.Time{}
	if err := store.CreateToken(t.Context(), pat.NewToken{Token: token}); err != nil {
		t.Fatal(err)
	}
	return token
}
