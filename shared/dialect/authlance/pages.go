package authlance

import (
	"net/http"
	"regexp"

	"latchkey/shared/dialect"
)

// originForm is what a browser sends as Origin: a scheme, a host and perhaps a port.
var originForm = regexp.MustCompile(`^(null|[a-z][a-z0-9+.-]{0,31}://[A-Za-z0-9.:%\[\]_-]{1,255})$`)

// openToPages lets pages of any origin read an answer, as the web application does, whose requests are said to be with
// credentials. That opens nothing: no cookie or other thing that a browser sends by itself is a credential here.
func openToPages(r *dialect.Request, res *dialect.Response) {
	res.Header.Set("Vary", "Origin")
	origin, err := r.Header1("Origin")
	if err != nil || !originForm.MatchString(origin) {
		return
	}
	res.Header.Set("Access-Control-Allow-Origin", origin)
	res.Header.Set("Access-Control-Allow-Credentials", "true")
	if allow := res.Header.Get("Allow"); r.Method == http.MethodOptions && allow != "" {
		res.Header.Set("Access-Control-Allow-Methods", allow)
		res.Header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	}
}
