package rewrite

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// variables are what may stand in an access log, under the names that HTTP APIs and REST APIs have for it.
var variables = strings.NewReplacer(
	"$context.routeKey", "$context.httpMethod $context.resourcePath",
	"$context.integrationStatus", "$context.integration.status",
)

// gateways makes a REST API of every HTTP API.
func (w *writer) gateways() error {
	for id, resource := range pairs(value(w.root, "Resources")) {
		kind := value(resource, "Type")
		if kind == nil || kind.Value != "AWS::Serverless::HttpApi" {
			continue
		}
		w.apis[id] = true
		at := "Resources." + id
		w.note(at+".Type", kind.Value, "AWS::Serverless::Api")
		kind.Value = "AWS::Serverless::Api"
		properties := value(resource, "Properties")
		if properties == nil {
			return fmt.Errorf("%s has no properties", at)
		}
		if err := w.gateway(at, properties); err != nil {
			return err
		}
	}
	if len(w.apis) == 0 {
		return errors.New("the template has no AWS::Serverless::HttpApi")
	}
	return nil
}

func (w *writer) gateway(at string, properties *yaml.Node) error {
	var kept []*yaml.Node
	for name, property := range pairs(properties) {
		place := at + "." + name
		switch name {
		case "FailOnWarnings":
			kept = append(kept, text(name), property)
		case "StageName":
			if property.Value != "$default" {
				return fmt.Errorf("%s is %q: only $default is known", place, property.Value)
			}
			w.note(place, property.Value, Stage)
			kept = append(kept, text(name), text(Stage))
		case "DefaultRouteSettings":
			w.note(place, name, "MethodSettings of every method")
			everyMethod := mapping(append([]*yaml.Node{text("HttpMethod"), text("*"), text("ResourcePath"), text("/*")}, property.Content...)...)
			kept = append(kept, text("MethodSettings"), &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{everyMethod}})
		case "AccessLogSettings":
			w.note(place, name, "AccessLogSetting")
			if format := value(property, "Format"); format != nil {
				format.Value = variables.Replace(format.Value)
			}
			kept = append(kept, text("AccessLogSetting"), property)
		default:
			return fmt.Errorf("%s: REST APIs have nothing for it that is known here", place)
		}
	}
	w.note(at+".OpenApiVersion", "", "3.0.1")
	properties.Content = append(kept, text("OpenApiVersion"), text("3.0.1"))
	return nil
}

// httpAddress is a gateway's address as an output writes it, without the gateway's logical id.
const httpAddress = ".execute-api.${AWS::Region}.${AWS::URLSuffix}"

// addresses lets the stage follow on the address, as REST APIs have it.
func (w *writer) addresses() error {
	for name, output := range pairs(value(w.root, "Outputs")) {
		address := intrinsic(value(output, "Value"), "Sub")
		if address == nil || !strings.HasSuffix(address.Value, httpAddress) {
			continue
		}
		w.note("Outputs."+name, address.Value, address.Value+"/"+Stage)
		address.Value += "/" + Stage
	}
	return nil
}
