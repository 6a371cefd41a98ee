package main

import (
	"testing"
	"time"
)

func TestLifetimesHaveDaysAndWeeks(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"30d": 30 * day, "12h": 12 * time.Hour, "90m": 90 * time.Minute, "45s": 45 * time.Second,
		"2w": 14 * day, "1w2d": 9 * day, "1d12h30m": day + 12*time.Hour + 30*time.Minute, "0d1s": time.Second, "007d": 7 * day,
		"106751d": 106751 * day, // as long as a time.Duration can be
	} {
		var l lifetime
		if err := l.UnmarshalText([]byte(text)); err != nil || l.duration() != want {
			t.Errorf("%q = %s, %v; want %s", text, l.duration(), err, want)
		}
	}
}

func TestWhatIsNoLifetimeIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "30", "d", "30 d", "30D", "1.5d", "-1d", "+1d", "1y", "1mo", "0d", "0h0m", "30d ", "30d,1h", "P30D", "٣d",
		"106752d", "99999999999999999999d", "9223372036s1s1s1s9223372036s",
	} {
		var l lifetime
		if err := l.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q = %s", text, l.duration())
		}
	}
}

func TestMomentsAreRFC3339(t *testing.T) {
	var m moment
	if err := m.UnmarshalText([]byte("2030-01-31T12:00:00.25+02:00")); err != nil || m.wire() != "2030-01-31T10:00:00.25Z" {
		t.Errorf("%s, %v", m.wire(), err)
	}
	for _, text := range []string{"", "2030-01-31", "2030-01-31 12:00:00Z", "2030-02-30T12:00:00Z", "2030-01-31T12:00:00", "0001-01-01T00:00:00Z", "tomorrow"} {
		if err := m.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q = %s", text, m.wire())
		}
	}
}

func TestAGroupsRoleIsItsLastPartAlone(t *testing.T) {
	for text, want := range map[string]groupFlag{
		"ops":             {"ops", "member"},
		"ops:member":      {"ops", "member"},
		"ops:admin":       {"ops", "admin"},
		"eu:west":         {"eu:west", "member"},
		"eu:west:admin":   {"eu:west", "admin"},
		"eu:admin:member": {"eu:admin", "member"},
		"7":               {"7", "member"},
	} {
		var g groupFlag
		if err := g.UnmarshalText([]byte(text)); err != nil || g != want {
			t.Errorf("%q = %+v, %v; want %+v", text, g, err, want)
		}
	}
}
