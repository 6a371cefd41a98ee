package cfn

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// otherEvents are the types of events that are no routes.
var otherEvents = []string{"DynamoDB", "EventBridgeRule", "Schedule", "ScheduleV2", "SQS"}

// methods are those that an HTTP API's route can name.
var methods = []string{"ANY", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}

// pathForm is a path whose segments are literal or one {variable}, the last of which may take the rest: {proxy+}. None ends
// in a slash: SAM makes no route of such a path, and says so nowhere (aws/serverless-application-model#1949).
var pathForm = regexp.MustCompile(`^/(|([^/{}]+|\{\w+\})(/([^/{}]+|\{\w+\}))*(/\{\w+\+\})?|\{\w+\+\})$`)

func (f *Function) readRoutes(value any) error {
	if value == nil {
		return nil
	}
	events, err := object(value, "Events")
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(events)) {
		at := "Events." + name
		event, err := object(events[name], at)
		if err != nil {
			return err
		}
		kind, err := text(event["Type"], at+".Type")
		switch {
		case err != nil:
			return err
		case slices.Contains(otherEvents, kind):
			continue
		case kind != "HttpApi":
			return fmt.Errorf("%s: events of type %s are not known here", at, kind)
		}
		route, err := readRoute(name, event["Properties"], at)
		if err != nil {
			return err
		}
		f.Routes = append(f.Routes, route)
	}
	return nil
}

func readRoute(name string, value any, at string) (Route, error) {
	p := map[string]any{}
	if value != nil {
		var err error
		if p, err = object(value, at); err != nil {
			return Route{}, err
		}
	}
	payload, path, method := or(p["PayloadFormatVersion"], "2.0"), or(p["Path"], ""), strings.ToUpper(or(p["Method"], ""))
	if method == "*" || method == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
		method = "ANY"
	}
	switch {
	case payload != "1.0" && payload != "2.0":
		return Route{}, fmt.Errorf("%s: there is no payload format %q", at, payload)
	case path == "" && method == "":
		return Route{Event: name, Payload: payload}, nil
	case !pathForm.MatchString(path):
		return Route{}, fmt.Errorf("%s: %q is no path of a route", at, path)
	case !slices.Contains(methods, method):
		return Route{}, fmt.Errorf("%s: %q is no method of a route", at, method)
	}
	return Route{Event: name, Method: method, Path: path, Payload: payload}, nil
}

func or(value any, preset string) string {
	if s, ok := value.(string); ok {
		return s
	}
	return preset
}
