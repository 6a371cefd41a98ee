package dialect

import (
	"regexp"
	"time"
)

// RFC 3339 section 5.6 in its usual letters. time.Parse alone takes more, such as a comma before a fraction and
// an offset of 24 hours.
var timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// ParseTime reads a time of RFC 3339 from 1970 to 9999. Whole milliseconds are kept: it is never later than what was
// written.
func ParseTime(text string) (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339Nano, text)
	at = at.UTC()
	if !timeForm.MatchString(text) || err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return time.Time{}, false
	}
	return at.Truncate(time.Millisecond), true
}
