package dialect_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// body is what the tests read into.
type body struct {
	Name dialect.Optional[string] `json:"name"`
	On   dialect.Optional[bool]   `json:"on"`
}

func TestLenientJSONPassesOverWhatItDoesNotKnow(t *testing.T) {
	for text, want := range map[string]pat.Code{
		`{"name":"x"}`:                      "",
		`{"name":"x","other":{"a":[null]}}`: "",
		`{"name":null}`:                     "",
		`{"NAME":7}`:                        "",
		` {} `:                              "",
		`{"name":7}`:                        pat.CodeInvalid,
		`{"on":"true"}`:                     pat.CodeInvalid,
		`null`:                              pat.CodeInvalid,
		`[]`:                                pat.CodeInvalid,
		``:                                  pat.CodeUnreadable,
		`{}{}`:                              pat.CodeUnreadable,
		`{"other":1,"other":2}`:             pat.CodeUnreadable,
		"{\"other\":\"\xff\"}":              pat.CodeUnreadable,
		`{"other":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`: pat.CodeUnreadable,
		`{"other":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + `}`: "",
	} {
		if got := pat.CodeOf(dialect.LenientJSON([]byte(text), new(body))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestStrictJSONTakesOnlyWhatItKnows(t *testing.T) {
	for text, want := range map[string]pat.Code{
		`{"name":"x","on":true}`: "",
		`{"name":null}`:          "",
		`{"on":null}`:            pat.CodeInvalid,
		`{"other":1}`:            pat.CodeInvalid,
		`{"Name":"x"}`:           pat.CodeInvalid,
	} {
		if got := pat.CodeOf(dialect.StrictJSON([]byte(text), new(body), "/name")); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAnOptionalMemberTellsAbsentFromNull(t *testing.T) {
	var in body
	if err := dialect.LenientJSON([]byte(`{"name":null}`), &in); err != nil {
		t.Fatal(err)
	}
	if !in.Name.Set || !in.Name.Null || *in.Name.Get() != "" || in.On.Set || in.On.Get() != nil {
		t.Errorf("got %+v", in)
	}
}

func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2030-01-31T12:00:00Z", "2030-01-31T12:00:00.123456789+14:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999-00:01",
		"2030-01-31t12:00:00z", "2030-02-30T00:00:00Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := dialect.ParseTime(text)
		if !ok {
			return
		}
		exact, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || at.After(exact) || exact.Sub(at) >= time.Millisecond || at.Year() < 1970 || at.Year() > 9999 || len(text) > 35 {
			t.Errorf("%q is read as %s", text, at)
		}
	})
}
