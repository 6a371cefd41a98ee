package httpapi

import (
	"slices"
	"strings"
)

// Route leads to a function.
type Route struct {
	Method   string // or ANY
	Path     string // such as /v1/tokens/{id} or /{proxy+}; "" for $default
	Payload  string // the format of its events, 1.0 or 2.0; default 2.0
	Function Invoker
}

func (r Route) key() string {
	if r.Path == "" {
		return "$default"
	}
	return r.Method + " " + r.Path
}

func (r Route) payload() string {
	if r.Payload == "" {
		return "2.0"
	}
	return r.Payload
}

// table has the routes, the most specific first: that a route's path is literal counts more than that it has a
// variable, that more than a greedy one; then a method counts more than ANY; $default is last.
type table []Route

func newTable(routes []Route) table {
	t := slices.Clone(routes)
	slices.SortStableFunc(t, func(a, b Route) int {
		if a.Path == "" || b.Path == "" {
			return len(b.Path) - len(a.Path)
		}
		if byPath := slices.Compare(ranks(a.Path), ranks(b.Path)); byPath != 0 {
			return byPath
		}
		return strings.Compare(rankMethod(a), rankMethod(b))
	})
	return t
}

// ranks says of each segment of a path how much it leaves open.
func ranks(path string) []int {
	var out []int
	for segment := range strings.SplitSeq(path[1:], "/") {
		switch name, variable := variable(segment); {
		case !variable:
			out = append(out, 0)
		case !strings.HasSuffix(name, "+"):
			out = append(out, 1)
		default:
			out = append(out, 2)
		}
	}
	return out
}

func rankMethod(r Route) string {
	if r.Method == "ANY" {
		return "1"
	}
	return "0"
}

// variable returns the name in a segment such as {id}.
func variable(segment string) (name string, ok bool) {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}

// match finds the route for a decoded path. Slashes count: /a/ is not /a. No variable is empty but a greedy one, which is
// how a slash at the end gets a route: HTTP APIs have none that ends in one.
func (t table) match(method, path string) (Route, map[string]string, bool) {
	for _, r := range t {
		if r.Path == "" {
			return r, nil, true
		}
		if r.Method != method && r.Method != "ANY" {
			continue
		}
		if parameters, ok := matchPath(r.Path, path); ok {
			return r, parameters, true
		}
	}
	return Route{}, nil, false
}

func matchPath(pattern, path string) (map[string]string, bool) {
	var parameters map[string]string
	set := func(name, value string) {
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[name] = value
	}
	have := strings.Split(path, "/")
	for i, segment := range strings.Split(pattern, "/") {
		if i >= len(have) {
			return nil, false
		}
		name, isVariable := variable(segment)
		switch greedy := strings.HasSuffix(name, "+"); {
		case isVariable && greedy:
			set(strings.TrimSuffix(name, "+"), strings.Join(have[i:], "/"))
			return parameters, true
		case isVariable && have[i] == "":
			return nil, false
		case isVariable:
			set(name, have[i])
		case segment != have[i]:
			return nil, false
		}
	}
	return parameters, len(have) == strings.Count(pattern, "/")+1
}
