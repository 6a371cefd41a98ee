package config

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"time"
)

// life is how long a token lives as Quay's own setting has it: a whole number and one unit.
type life time.Duration

var lifeForm = regexp.MustCompile(`^([1-9][0-9]{0,9})([smhdwy])$`)

var units = map[string]time.Duration{
	"s": time.Second, "m": time.Minute, "h": time.Hour,
	"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
}

// UnmarshalText implements encoding.TextUnmarshaler. What is too long for a Duration is the longest there is, which is
// out of any bounds too.
func (l *life) UnmarshalText(text []byte) error {
	parts := lifeForm.FindStringSubmatch(string(text))
	if parts == nil {
		return errors.New("a life is a whole number and a unit, such as 60s, 5m, 24h, 7d, 2w or 1y")
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return err
	}
	unit := units[parts[2]]
	if n > int64(math.MaxInt64/unit) {
		*l = math.MaxInt64
		return nil
	}
	*l = life(time.Duration(n) * unit)
	return nil
}
