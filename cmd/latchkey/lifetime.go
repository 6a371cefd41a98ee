package main

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"time"
)

// lifetime is how long a token is to last, in whole seconds. time.ParseDuration knows neither days nor weeks.
type lifetime int64

var (
	lifetimeForm = regexp.MustCompile(`^([0-9]+[wdhms])+$`)
	lifetimePart = regexp.MustCompile(`([0-9]+)([wdhms])`)
	unitSeconds  = map[string]int64{"w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
)

// UnmarshalText reads 30d, 12h or 1d12h. A day is 24 hours.
func (l *lifetime) UnmarshalText(text []byte) error {
	wrong := errors.New("wants a length of time such as 30d, 12h or 1w2d; the units are w, d, h, m and s")
	if !lifetimeForm.Match(text) {
		return wrong
	}
	var sum int64
	for _, part := range lifetimePart.FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.ParseInt(part[1], 10, 64)
		unit := unitSeconds[part[2]]
		if err != nil || n > (math.MaxInt64/int64(time.Second)-sum)/unit {
			return errors.New("is longer than anything lasts")
		}
		sum += n * unit
	}
	if sum == 0 {
		return wrong
	}
	*l = lifetime(sum)
	return nil
}

// duration returns the same as the standard library counts it.
func (l lifetime) duration() time.Duration { return time.Duration(l) * time.Second }

// moment is a point in time.
type moment struct{ time.Time }

// UnmarshalText reads RFC 3339.
func (m *moment) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339, string(text))
	if err != nil || t.Year() < 1970 {
		return errors.New("wants a time such as 2030-01-31T12:00:00Z")
	}
	m.Time = t
	return nil
}

// wire writes it as the API reads it.
func (m moment) wire() string { return m.UTC().Format(time.RFC3339Nano) }

// expiryFlags say when a token ends: one of them, or none.
type expiryFlags struct {
	ExpiresIn lifetime `xor:"expiry" placeholder:"30d" help:"How long it lasts: 30d, 12h, 1w2d."`
	ExpiresAt moment   `xor:"expiry" placeholder:"TIME" help:"When it ends: 2030-01-31T12:00:00Z."`
	Never     bool     `xor:"expiry" help:"It never ends, if the server's policy has that."`
}
