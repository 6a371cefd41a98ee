package gateway_test

import (
	"net/http"
	"testing"
)

func TestHeadersArriveWhole(t *testing.T) {
	for name, value := range map[string]string{
		"User-Agent": "a, b", "Date": "Tue, 15 Nov 2026 08:12:31 GMT", "If-Match": `"v1", W/"v2"`, "X-Anything": "a,b , c",
		"Authorization": "Bearer a,Bearer b", "If-None-Match": `"a,b"`, "Idempotency-Key": "a,b", "Content-Type": "application/json,text/plain",
	} {
		for door, payload := range map[string][]byte{
			"2.0": v2(t, "GET", "/", func(e map[string]any) { e["headers"] = map[string]string{name: value} }),
			"1.0": v1(t, "1.0", "GET", "/", func(e map[string]any) { e["multiValueHeaders"] = map[string][]string{name: {value}} }),
			"one": v1(t, "1.0", "GET", "/", func(e map[string]any) { e["headers"] = map[string]string{name: value} }),
		} {
			var got seen
			invoke(t, observe(&got), payload)
			if values := got.Header[name]; len(values) != 1 || values[0] != value {
				t.Errorf("%s in %s: got %q, want %q", name, door, values, value)
			}
		}
	}
}

func TestBlanksAroundAValueAreNoneOfIt(t *testing.T) {
	for name, payload := range map[string][]byte{
		"2.0": v2(t, "GET", "/", func(e map[string]any) { e["headers"] = map[string]string{"if-match": " \t\"a b\" \t"} }),
		"1.0": v1(t, "1.0", "GET", "/", func(e map[string]any) { e["multiValueHeaders"] = map[string][]string{"If-Match": {"\"a b\" "}} }),
	} {
		var got seen
		invoke(t, observe(&got), payload)
		if value := got.Header.Get("If-Match"); value != `"a b"` {
			t.Errorf("%s: got %q", name, value)
		}
	}
}

func TestAHeaderThatIsThereTwiceIsSeenTwice(t *testing.T) {
	for name, payload := range map[string][]byte{
		"in a list":        v1(t, "1.0", "GET", "/", func(e map[string]any) { e["multiValueHeaders"] = map[string][]string{"Authorization": {"a", "b"}} }),
		"in two spellings": v2(t, "GET", "/", func(e map[string]any) { e["headers"] = map[string]string{"authorization": "b", "AUTHORIZATION": "a"} }),
	} {
		t.Run(name, func(t *testing.T) {
			var got seen
			invoke(t, observe(&got), payload)
			same(t, got.Header["Authorization"], []string{"a", "b"})
		})
	}
}

func TestWhatIsMissingIsNoTrouble(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"no headers":              func(e map[string]any) { delete(e, "headers") },
		"null headers":            func(e map[string]any) { e["headers"], e["multiValueHeaders"] = nil, nil },
		"a null value":            func(e map[string]any) { e["headers"] = map[string]any{"x-null": nil} },
		"null lists":              func(e map[string]any) { e["multiValueHeaders"] = map[string]any{"x-null": nil} },
		"an empty list, a header": func(e map[string]any) { e["multiValueHeaders"] = map[string]any{} },
		"no body":                 func(e map[string]any) { delete(e, "body") },
		"a null body":             func(e map[string]any) { e["body"] = nil },
		"a null body in base64":   func(e map[string]any) { e["body"], e["isBase64Encoded"] = nil, true },
		"null cookies":            func(e map[string]any) { e["cookies"] = nil },
		"what nobody asks for":    func(e map[string]any) { e["stageVariables"], e["pathParameters"] = 7, []int{1} },
	} {
		for door, payload := range map[string][]byte{"2.0": v2(t, "GET", "/x", change), "1.0": v1(t, "1.0", "GET", "/x", change)} {
			t.Run(name+" in "+door, func(t *testing.T) {
				var got seen
				if res := invoke(t, observe(&got), payload); res.StatusCode != http.StatusOK || got.Path != "/x" || got.Body != "" {
					t.Errorf("got %d, %+v", res.StatusCode, got)
				}
			})
		}
	}
}
