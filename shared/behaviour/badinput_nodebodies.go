package behaviour

import (
	"net/url"
	"strings"
)

const (
	nodeTokens = "/api/v3/tokens"
	nodeSelf   = "/api/v3/token"

	goodRight = `{"endpoint":"nodePing","limits":[{"type":"calls","conditions":{"max":5}}]}`
	goodNode  = `{"capabilities":[` + goodRight + `],"lifetime":3600,"description":"x"}`
)

// nodeKey shows a token in the header that is made for it.
func nodeKey(token string) string { return "X-Auth-Token: " + url.PathEscape(token) }

// nodeCreate makes a case of a body that the superuser sends.
func nodeCreate(g *ground, name, body, want string) badRequest {
	return badRequest{name: "node create: " + name, method: "POST", path: nodeTokens + "/",
		header: []string{nodeKey(g.door.Superuser), "Content-Type: application/json"}, body: body, want: want}
}

// nodeBodies are no JSON, or no object.
func nodeBodies(g *ground) []badRequest {
	var table []badRequest
	for name, body := range map[string]string{
		"nothing at all":                    "",
		"blanks":                            " \n",
		"a word":                            "hello",
		"a form":                            "capabilities=nodePing",
		"half an object":                    goodNode[:len(goodNode)-1],
		"a second object":                   goodNode + goodNode,
		"a comma at the end":                goodNode[:len(goodNode)-1] + ",}",
		"a comment":                         "/* */" + goodNode,
		"a byte order mark":                 "\ufeff" + goodNode,
		"a member twice":                    strings.Replace(goodNode, `"lifetime"`, `"lifetime":60,"lifetime"`, 1),
		"an unknown member twice":           strings.Replace(goodNode, `"lifetime"`, `"zz":1,"zz":2,"lifetime"`, 1),
		"a limit's member twice":            strings.Replace(goodNode, `"max":5`, `"max":5,"max":5`, 1),
		"bad UTF-8":                         strings.Replace(goodNode, `"x"`, "\"caf\xe9\"", 1),
		"a lone surrogate":                  strings.Replace(goodNode, `"x"`, `"\ud800"`, 1),
		"seventeen lists within each other": strings.Replace(goodNode, `"x"`, nested("[", "]", 17), 1),
		"null itself":                       "null",
		"a list":                            "[" + goodNode + "]",
		"a text":                            `"x"`,
		"a number":                          "1",
		"true":                              "true",
		"UTF-16":                            "\xff\xfe{\x00}\x00",
		"compressed":                        "\x1f\x8b\x08\x00\x00\x00\x00\x00",
	} {
		table = append(table, nodeCreate(g, name, body, "400 invalid_input"))
		bad := nodeCreate(g, name+", by a token", body, "400 invalid_input")
		bad.path, bad.header = nodeTokens, []string{nodeKey(g.nodeMaker)}
		table = append(table, bad)
	}
	table = append(table, nodeCreate(g, "too large", strings.Repeat(" ", 64<<10)+goodNode, "413 too_large"))
	return sorted(table)
}

// nodeValues are JSON that asks for what there is not.
func nodeValues(g *ground) []badRequest {
	var table []badRequest
	in := func(what, old, replacement string) {
		table = append(table, nodeCreate(g, what, strings.Replace(goodNode, old, replacement, 1), "400 invalid_input"))
	}
	kinds := map[string]string{"null": "null", "a number": "1", "a text": `"x"`, "true": "true", "a list": `["x"]`, "an object": `{"x":1}`,
		"an empty list": "[]", "an empty object": "{}", "an empty text": `""`}
	for member, c := range map[string]struct{ old, takes string }{
		"capabilities": {"[" + goodRight + "]", ""}, "a capability": {goodRight, ""}, "endpoint": {`"nodePing"`, ""},
		"limits": {`[{"type":"calls","conditions":{"max":5}}]`, ""}, "a limit": {`{"type":"calls","conditions":{"max":5}}`, ""},
		"type": {`"calls"`, ""}, "conditions": {`{"max":5}`, ""}, "max": {"5", "a number"}, "lifetime": {"3600", "a number"},
		"description": {`"x"`, "a text, an empty text"},
	} {
		for kind, value := range kinds {
			if !strings.Contains(c.takes, kind) || kind == "an empty text" && member != "description" {
				in(member+" is "+kind, c.old, value)
			}
		}
	}
	for member, old := range map[string]string{"max": "5", "lifetime": "3600"} {
		for _, number := range []string{"0", "-1", "1.5", "1e3", "1E400", "2147483648", "9223372036854775807", "9223372036854775808", "00", "0x5"} {
			in(member+" is "+number, old, number)
		}
	}
	for _, endpoint := range []string{"nodeping", "NodePing", "nodePing ", "hoprd:nodePing", "tokensList", "*", "repo:read", "admin:all", "node\\u0000Ping"} {
		in("endpoint is '"+endpoint+"'", `"nodePing"`, `"`+endpoint+`"`)
	}
	in("type is of another case", `"calls"`, `"Calls"`)
	in("an unknown type", `"calls"`, `"seconds"`)
	in("a condition beside max", `"max":5`, `"max":5,"min":1`)
	in("a condition in other letters", `"max":5`, `"Max":5`)
	in("no endpoint", `"endpoint":"nodePing",`, "")
	in("no type", `"type":"calls",`, "")
	in("no conditions", `,"conditions":{"max":5}`, "")
	in("a limit with a member more", `"type":"calls"`, `"type":"calls","per":"day"`)
	in("a capability with a member more", `"endpoint":"nodePing"`, `"endpoint":"nodePing","from":"192.0.2.1"`)
	in("used below zero", `"type":"calls"`, `"type":"calls","used":-1`)
	in("used as a text", `"type":"calls"`, `"type":"calls","used":"1"`)
	in("a second capability that is none", goodRight, goodRight+`,{"endpoint":"nonsense"}`)
	in("65 capabilities", goodRight, strings.Repeat(goodRight+",", 64)+goodRight)
	in("17 limits", `{"type":"calls","conditions":{"max":5}}`, strings.Repeat(`{"type":"calls","conditions":{"max":5}},`, 16)+`{"type":"calls","conditions":{"max":5}}`)
	in("a description of 1001 letters", `"x"`, `"`+strings.Repeat("é", 1001)+`"`)
	in("a description with a zero byte", `"x"`, `"a\u0000b"`)
	in("a description that turns the writing round", `"x"`, `"a\u202eb"`)
	in("no capabilities", `"capabilities"`, `"Capabilities"`)
	return append(sorted(table), nodeBeyond(g)...)
}

// nodeBeyond are what a token cannot pass on.
func nodeBeyond(g *ground) []badRequest {
	var table []badRequest
	for name, capability := range map[string]string{
		"an operation that it has not": `{"endpoint":"accountWithdraw"}`,
		"a limit dropped":              `{"endpoint":"nodePing"}`,
		"a limit raised":               strings.Replace(goodRight, "5", "6", 1),
		"a limit lowered":              strings.Replace(goodRight, "5", "4", 1),
		"a limit twice":                strings.Replace(goodRight, `]}`, `,{"type":"calls","conditions":{"max":5}}]}`, 1),
		"a limit added":                `{"endpoint":"tokensCreate","limits":[{"type":"calls","conditions":{"max":5}}]}`,
		"one good and one not":         goodRight + `,{"endpoint":"tokensDelete"}`,
	} {
		bad := nodeCreate(g, "passed on: "+name, `{"capabilities":[`+capability+`],"lifetime":60}`, "400 invalid_token_capabilities")
		bad.header[0] = nodeKey(g.nodeMaker)
		table = append(table, bad)
	}
	for name, lifetime := range map[string]string{"without end": "", "longer": `,"lifetime":90000`} {
		bad := nodeCreate(g, "passed on: "+name, `{"capabilities":[`+goodRight+`]`+lifetime+`}`, "400 invalid_token_lifetime")
		bad.header[0] = nodeKey(g.nodeMaker)
		table = append(table, bad)
	}
	return sorted(table)
}
