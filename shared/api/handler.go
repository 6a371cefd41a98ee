// Package api gathers the dialects' routes into one handler: it finds the route, bounds the body, writes the
// answer and one log line for each request. The same handler stands in the one process, with all
// operations, and in each function, with its own.
package api

import (
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/dialect/authlance"
	"latchkey/shared/dialect/dockerhub"
	"latchkey/shared/dialect/hoprd"
	"latchkey/shared/dialect/native"
	"latchkey/shared/dialect/quay"
	"latchkey/shared/pat"
)

// MaxBody is how many bytes of a request's body are read.
const MaxBody = 64 << 10

// Handler serves the routes of the given operations. It knows those of the others too: what is asked beside them is
// refused in the words of the product whose path it is.
func Handler(svc *pat.Service, log *slog.Logger, ops ...pat.Op) http.Handler {
	return newHandler(Routes(svc), ops, log)
}

// dialects are all the tongues that are spoken: a line each.
var dialects = []func(*pat.Service) (*dialect.Dialect, []dialect.Route){
	native.New,
	dockerhub.New,
	quay.New,
	authlance.New,
	hoprd.New,
}

// Routes returns every route of every dialect.
func Routes(svc *pat.Service) []dialect.Route {
	var all []dialect.Route
	for _, spoken := range dialects {
		_, routes := spoken(svc)
		all = append(all, routes...)
	}
	return all
}

// handler finds the route for a request. Paths are taken strictly, as API Gateway does, and nothing is ever
// redirected: a redirect would turn a client's POST into a GET.
type handler struct {
	mux *http.ServeMux // from paths to resource
	log *slog.Logger
	// homes are the dialects, the longest prefix first; the last one answers for paths that are nobody's.
	homes []*dialect.Dialect
}

// resource is the routes of one path, by method.
type resource map[string]dialect.Route

func newHandler(routes []dialect.Route, ops []pat.Op, log *slog.Logger) *handler {
	h := &handler{mux: http.NewServeMux(), log: log}
	resources := map[string]resource{}
	for _, r := range routes {
		if !slices.ContainsFunc(h.homes, func(d *dialect.Dialect) bool { return d.Name == r.Dialect.Name }) {
			h.homes = append(h.homes, r.Dialect)
		}
		if !slices.Contains(ops, r.Op) {
			r.Serve = refusing(r.Dialect, dialect.ErrNoRoute).Serve
		}
		if resources[r.Path()] == nil {
			resources[r.Path()] = resource{}
		}
		resources[r.Path()][r.Method()] = r
	}
	slices.SortFunc(h.homes, func(a, b *dialect.Dialect) int { return len(b.Prefix) - len(a.Prefix) })
	for path, res := range resources {
		h.mux.HandleFunc(exactly(path), func(w http.ResponseWriter, r *http.Request) { h.serve(w, r, res.route(r.Method)) })
	}
	return h
}

// exactly writes a path as ServeMux does that is to match itself alone: there, a slash at the end stands for all below.
func exactly(path string) string {
	if strings.HasSuffix(path, "/") {
		return path + "{$}"
	}
	return path
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "//") && h.home(oneSlash(r.URL.Path)).MergesSlashes {
		r.URL.Path, r.URL.RawPath = oneSlash(r.URL.Path), oneSlash(r.URL.RawPath)
	}
	if plainPath(r) {
		if _, pattern := h.mux.Handler(r); pattern != "" {
			h.mux.ServeHTTP(w, r) // which sets the path's values, as Handler alone does not
			return
		}
	}
	h.serve(w, r, refusing(h.home(r.URL.Path), dialect.ErrNoRoute))
}

// home returns the dialect that answers for a path where nothing is.
func (h *handler) home(path string) *dialect.Dialect {
	for _, d := range h.homes {
		if strings.HasPrefix(path, d.Prefix) {
			return d
		}
	}
	return h.homes[len(h.homes)-1]
}

var slashes = regexp.MustCompile(`//+`)

// oneSlash writes slashes that follow each other as one.
func oneSlash(path string) string { return slashes.ReplaceAllLiteralString(path, "/") }

// plainPath reports whether the path is one that ServeMux takes as it stands: no doubled slash, no dot segments.
func plainPath(r *http.Request) bool {
	path := r.URL.EscapedPath()
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || r.Method == http.MethodConnect {
		return false
	}
	for segment := range strings.SplitSeq(r.URL.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// route returns the route for the method, or one that refuses. OPTIONS tells what there is.
func (res resource) route(method string) dialect.Route {
	if route, ok := res[method]; ok {
		return route
	}
	var (
		allow []string
		home  *dialect.Dialect
		path  string
	)
	for m, route := range res {
		allow = append(allow, m)
		home, path = route.Dialect, route.Path()
	}
	allow = append(allow, http.MethodOptions)
	slices.Sort(allow)
	if method == http.MethodOptions {
		return dialect.Route{Dialect: home, Pattern: "OPTIONS " + path, Serve: func(*dialect.Request) (dialect.Response, error) {
			return dialect.Response{Status: http.StatusNoContent, Header: http.Header{"Allow": {strings.Join(allow, ", ")}}}, nil
		}}
	}
	refuse := refusing(home, &dialect.MethodError{Allow: allow})
	refuse.Pattern = "* " + path
	return refuse
}

func refusing(home *dialect.Dialect, err error) dialect.Route {
	return dialect.Route{Dialect: home, Serve: func(*dialect.Request) (dialect.Response, error) { return dialect.Response{}, err }}
}
