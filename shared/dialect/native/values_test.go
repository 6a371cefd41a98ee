package native

import "testing"

func TestATimeIsReadIfItCanBeWritten(t *testing.T) {
	for text, want := range map[string]string{
		"2030-01-31T12:00:00Z":           "2030-01-31T12:00:00.000Z",
		"2030-01-31T12:00:00.9999+01:30": "2030-01-31T10:30:00.999Z",
		"1970-01-01T00:00:00Z":           "1970-01-01T00:00:00.000Z",
		"9999-12-31T23:59:59.999Z":       "9999-12-31T23:59:59.999Z",
		"1970-01-01T00:59:59+01:00":      "", // in 1969
		"9999-12-31T23:00:00-01:00":      "", // in 10000
		"2030-01-31T12:00:00,5Z":         "",
		"2030-01-31t12:00:00z":           "",
		"2030-01-31 12:00:00Z":           "",
		"2030-02-31T12:00:00Z":           "",
		"":                               "",
	} {
		var f fields
		if got := wireTime(f.instant("at", text)); got != want || (want == "") != (f.Err() != nil) {
			t.Errorf("%q is read as %q, %v", text, got, f.Err())
		}
	}
}
