package dockerhub

import (
	"maps"
	"slices"
	"strings"

	"latchkey/shared/pat"
)

// problem is the body of an error but 400.
type problem struct {
	Detail  string `json:"detail"`
	Message string `json:"message,omitzero"`
}

// invalid is the body of a 400.
type invalid struct {
	Fields map[string]string `json:"fields"`
	Text   string            `json:"text"`
}

// fieldNames are the product's names for the fields of the service's requests, where they are others.
var fieldNames = map[string]string{
	"name":      "token_label",
	"expiresAt": "expires_at",
	"enabled":   "is_active",
}

// fieldTexts says what is wrong with each field; of a list, it names no places. What is wrong with none is in the text.
func fieldTexts(all []pat.FieldError) map[string]string {
	texts := map[string]string{}
	for _, e := range all {
		name, _, _ := strings.Cut(e.Field, "/")
		if other, ok := fieldNames[name]; ok {
			name = other
		}
		switch was := texts[name]; {
		case name == "":
		case was == "":
			texts[name] = e.Detail
		case !strings.Contains(was, e.Detail):
			texts[name] = was + "; " + e.Detail
		}
	}
	return texts
}

// detail is the error in one text, its fields included.
func detail(e *pat.Error) string {
	texts := fieldTexts(e.Fields)
	out := e.Message
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		out += "; " + name + ": " + texts[name]
	}
	return out
}
