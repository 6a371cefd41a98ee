package behaviour

import (
	"net/http"
	"testing"
)

// HOPRd lives a token's life as the node's two generated clients do: the Python SDK and the Rust one. Each sends what the
// client sends, and takes an answer only as the client would.
func HOPRd(t *testing.T, door Door) {
	if door.Superuser == "" {
		t.Fatal("the door has no superuser, who alone makes the first token")
	}
	t.Run("Python SDK", func(t *testing.T) { livesWithPython(t, door) })
	t.Run("Rust client", func(t *testing.T) { livesWithRust(t, door) })
}

func livesWithPython(t *testing.T, door Door) {
	admin := newPythonNode(t, door, door.Superuser)
	max := 3
	limited := nodeCapability{Endpoint: "tokensGetToken", Limits: []nodeLimit{{Type: "calls", Conditions: nodeConditions{Max: &max}}}}
	lifetime, description := int64(3600), "my token"
	made, err := admin.create(nodeBody{Capabilities: []nodeCapability{limited, {Endpoint: "tokensCreate"}, {Endpoint: "tokensDelete"}},
		Lifetime: &lifetime, Description: &description})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.token(); err == nil || err.status != http.StatusNotFound || err.body != "" {
		t.Errorf("the superuser's own token: %v", err)
	}
	own := newPythonNode(t, door, made)
	shown, err := own.token()
	if err != nil || shown.ID != made || shown.Description != description || len(shown.Capabilities) != 3 || shown.ValidUntil == nil {
		t.Fatalf("shown %+v, %v", shown, err)
	}
	child, err := own.create(nodeBody{Capabilities: shown.Capabilities, Lifetime: ptr(int64(60))}) // as they were shown
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		body nodeBody
		want string
	}{
		{nodeBody{Capabilities: []nodeCapability{{Endpoint: "tokensGetToken"}}, Lifetime: ptr(int64(60))}, `{"status":"INVALID_TOKEN_CAPABILITIES"}`},
		{nodeBody{Capabilities: []nodeCapability{limited}}, `{"status":"INVALID_TOKEN_LIFETIME"}`},
		{nodeBody{Capabilities: []nodeCapability{}}, `{"status":"INVALID_INPUT"}`},
	} {
		if _, err := own.create(c.body); err == nil || err.status != http.StatusBadRequest || err.body != c.want {
			t.Errorf("%+v: %v, want %s", c.body, err, c.want)
		}
	}
	if _, err := own.createWithout(); err == nil || err.body != `{"status":"INVALID_INPUT"}` { // sent as {}
		t.Errorf("without a body: %v", err)
	}
	if _, err := newPythonNode(t, door, child).token(); err != nil {
		t.Errorf("its child: %v", err)
	}
	if err := own.delete(child); err != nil {
		t.Error(err)
	}
	if err := own.delete(child); err == nil || err.status != http.StatusNotFound {
		t.Errorf("deleted again: %v", err)
	}
	if _, err := newPythonNode(t, door, child).token(); err == nil || err.status != http.StatusUnauthorized {
		t.Errorf("its child, deleted: %v", err)
	}
	livesByCalls(t, own, max-1)
	byBasic := newPythonNode(t, door, "")
	byBasic.username = made
	if err := byBasic.delete(made); err != nil {
		t.Errorf("by the user name: %v", err)
	}
}

// livesByCalls shows a token until its calls are spent.
func livesByCalls(t *testing.T, own *pythonNode, left int) {
	for range left {
		if _, err := own.token(); err != nil {
			t.Errorf("a call that is left: %v", err)
		}
	}
	if _, err := own.token(); err == nil || err.status != http.StatusForbidden || err.body != `{"status":"UNAUTHORIZED","error":"authorization failed"}` {
		t.Errorf("a call that is not left: %v", err)
	}
}

func livesWithRust(t *testing.T, door Door) {
	admin := newRustNode(t, door, door.Superuser)
	want := map[string]any{"capabilities": []any{map[string]any{"endpoint": "tokensGetToken"}, map[string]any{"endpoint": "tokensDelete"}},
		"lifetime": 3600, "description": "rust"}
	made := admin.create(want)
	if made.status != 201 || made.Token == "" {
		t.Fatalf("made %+v", made)
	}
	if got := admin.create(map[string]any{"capabilities": []any{}}); got.status != 400 || got.Status != "INVALID_INPUT" {
		t.Errorf("nothing: %+v", got)
	}
	own := newRustNode(t, door, made.Token)
	if got := own.create(want); got.status != 403 || got.Status != "UNAUTHORIZED" || got.Error == "" {
		t.Errorf("a create that it may not: %+v", got)
	}
	if got := own.token(); got.status != 200 || got.ID != made.Token || got.ValidUntil == nil || got.Description != "rust" {
		t.Errorf("itself: %+v", got)
	}
	if got := admin.token(); got.status != 404 {
		t.Errorf("the superuser's: %+v", got)
	}
	if got := own.delete(made.Token + "x"); got.status != 404 {
		t.Errorf("another: %+v", got)
	}
	if got := own.delete(made.Token); got.status != 204 {
		t.Errorf("itself: %+v", got)
	}
	for _, got := range []rustAnswer{own.token(), own.delete(made.Token)} {
		if got.status != 401 || got.Status != "UNAUTHORIZED" || got.Error == "" {
			t.Errorf("after its end: %+v", got)
		}
	}
}

func ptr[T any](v T) *T { return &v }
