package httpapi_test

import (
	"encoding/json"
	"testing"
)

// What the real gateway was seen to make of paths, in July 2026 (github.com/hotsock/voker, vokerhttp/testdata).
func TestAPathIsDecodedAsTheRealGatewayWasSeenTo(t *testing.T) {
	for _, tt := range []struct{ sent, want string }{
		{"/capture/plain", "/capture/plain"},
		{"/capture/space%20value", "/capture/space value"},
		{"/capture/question%3Fvalue", "/capture/question"},
		{"/capture/percent%25done", ""},
		{"/capture/hash%23value", "/capture/hash#value"},
		{"/capture/slash%2Fvalue", "/capture/slash/value"},
		{"/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C", "/capture/unicode-λ-世界"},
		{"/capture/literal%252Fvalue", "/capture/literal/value"},
		{"/capture/literal%253Fvalue", "/capture/literal?value"},
		{"/capture/literal%2525value", "/capture/literal%value"},
		// From here on it is a choice.
		{"/bytes%FF", "/bytes\uFFFD"},
		{"//doubled//", "//doubled//"},
		{"/a/./../b/", "/a/./../b/"},
		{"/plus+", "/plus+"},
	} {
		s := &stand{}
		res, body := ask(t, serve(t, s, nil), get(tt.sent+"?query=%3F%25"))
		if tt.want == "" {
			if res.StatusCode != 400 || body != `{"message":"Bad Request"}` || s.event != nil {
				t.Errorf("%s: %d %s, want a refusal", tt.sent, res.StatusCode, body)
			}
			continue
		}
		var event struct {
			RawPath, RawQueryString string
			RequestContext          struct{ HTTP struct{ Path string } }
		}
		if err := json.Unmarshal(s.event, &event); err != nil || event.RawPath != tt.want || event.RequestContext.HTTP.Path != tt.want {
			t.Errorf("%s: %+v, want %q (%v)", tt.sent, event, tt.want, err)
		}
		if event.RawQueryString != "query=%3F%25" {
			t.Errorf("%s: the query is %q", tt.sent, event.RawQueryString)
		}
	}
}
