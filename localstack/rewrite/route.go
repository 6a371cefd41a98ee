package rewrite

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// routes makes a REST API's routes of an HTTP API's. Events of other types stay as they are.
func (w *writer) routes() error {
	for id, resource := range pairs(value(w.root, "Resources")) {
		if kind := value(resource, "Type"); kind == nil || kind.Value != "AWS::Serverless::Function" {
			continue
		}
		events := value(value(resource, "Properties"), "Events")
		if events == nil {
			continue
		}
		var kept []*yaml.Node
		for name, event := range pairs(events) {
			kind := value(event, "Type")
			if kind == nil || kind.Value != "HttpApi" {
				kept = append(kept, text(name), event)
				continue
			}
			routes, err := w.route("Resources."+id+".Events."+name, name, value(event, "Properties"))
			if err != nil {
				return err
			}
			kept = append(kept, routes...)
		}
		events.Content = kept
	}
	return nil
}

// route returns the event with its name; for what no route takes, there are two.
func (w *writer) route(at, name string, properties *yaml.Node) ([]*yaml.Node, error) {
	var path, method, api *yaml.Node
	for member, property := range pairs(properties) {
		switch member {
		case "Path":
			path = property
		case "Method":
			method = property
		case "ApiId":
			if ref := intrinsic(property, "Ref"); ref != nil && w.apis[ref.Value] {
				api = property
			}
		case "PayloadFormatVersion": // a REST API has one alone
		default:
			return nil, fmt.Errorf("%s.%s: REST APIs have nothing for it that is known here", at, member)
		}
	}
	switch {
	case api == nil:
		return nil, fmt.Errorf("%s.ApiId: names no gateway of the template", at)
	case (path == nil) != (method == nil):
		return nil, fmt.Errorf("%s: wants a Path and a Method, or none", at)
	case path != nil:
		w.note(at, "HttpApi", "Api")
		return []*yaml.Node{text(name), event(api, method, path)}, nil
	}
	w.note(at, "HttpApi, $default", "Api, ANY /{proxy+}; Api, ANY /")
	return []*yaml.Node{
		text(name), event(api, text("ANY"), text("/{proxy+}")),
		text(name + "Root"), event(api, text("ANY"), text("/")),
	}, nil
}

func event(api, method, path *yaml.Node) *yaml.Node {
	return mapping(text("Type"), text("Api"), text("Properties"),
		mapping(text("RestApiId"), api, text("Method"), method, text("Path"), path))
}
