package webhook

import (
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// secondsForm is Retry-After as a number (RFC 9110 section 10.2.3), with as many digits as anybody means.
var secondsForm = regexp.MustCompile(`^[0-9]{1,9}$`)

// retryAfter reads the header, in either of its forms.
func retryAfter(text string, now time.Time) (after time.Duration, ok bool) {
	if secondsForm.MatchString(text) {
		n, err := strconv.Atoi(text)
		return time.Duration(n) * time.Second, err == nil
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	return max(0, at.Sub(now)), true
}
