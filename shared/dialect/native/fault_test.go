package native

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

func TestEveryCodeHasAnAnswer(t *testing.T) {
	codes := dialect.Codes()
	for _, code := range codes {
		if a := answers[code]; a.status < 400 || a.status > 599 || a.title == "" {
			t.Errorf("%s is answered %d %q", code, a.status, a.title)
		}
	}
	for code := range answers {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is answered, and is no code", code)
		}
	}
}

func TestEveryErrorOfThePipeIsAnsweredByItsCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		code pat.Code
	}{
		{dialect.ErrNoRoute, dialect.CodeNoRoute},
		{&dialect.MethodError{Allow: []string{"GET"}}, dialect.CodeMethod},
		{dialect.ErrTooLarge, dialect.CodeTooLarge},
		{dialect.ErrMediaType, dialect.CodeMediaType},
		{fmt.Errorf("read: %w", dialect.ErrTooLarge), dialect.CodeTooLarge},
		{errors.New("pat_secret"), pat.CodeInternal},
	} {
		res := fault(dialect.NewRequest(httptest.NewRequest("GET", "/", nil)), c.err)
		var p problem
		if err := json.Unmarshal(res.Body, &p); err != nil {
			t.Fatal(err)
		}
		if p.Type != "urn:latchkey:error:"+string(c.code) || p.Status != res.Status || res.Status != answers[c.code].status {
			t.Errorf("%v: answered %d %+v", c.err, res.Status, p)
		}
		if strings.Contains(string(res.Body), "secret") {
			t.Errorf("%v: the answer tells what is for the log alone", c.err)
		}
	}
}

func TestTheDocumentHasEveryErrorTypeUnderItsStatus(t *testing.T) {
	type narrowed struct{ Const, Enum any }
	var document struct {
		Components struct {
			Schemas struct {
				Problem struct {
					Properties struct{ Type struct{ Enum []string } }
				}
			}
			Responses map[string]struct {
				Content map[string]struct {
					Schema struct {
						AllOf []struct {
							Properties struct{ Type, Status narrowed }
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(openAPIDocument, &document); err != nil {
		t.Fatal(err)
	}
	listed := map[string]int{} // by type: the status
	for name, response := range document.Components.Responses {
		media, ok := response.Content["application/problem+json"]
		if !ok {
			continue
		}
		p := media.Schema.AllOf[1].Properties
		status, _ := p.Status.Const.(float64)
		types, _ := p.Type.Enum.([]any)
		if p.Type.Const != nil {
			types = append(types, p.Type.Const)
		}
		for _, text := range types {
			if listed[text.(string)] != 0 {
				t.Errorf("%s: %s is there twice", name, text)
			}
			listed[text.(string)] = int(status)
		}
	}
	want := map[string]int{}
	for code, a := range answers {
		want["urn:latchkey:error:"+string(code)] = a.status
	}
	all := slices.Clone(document.Components.Schemas.Problem.Properties.Type.Enum)
	slices.Sort(all)
	if !slices.Equal(all, slices.Sorted(maps.Keys(want))) {
		t.Errorf("the types of a problem are %q", all)
	}
	for _, code := range []pat.Code{dialect.CodeNoRoute, dialect.CodeMethod} { // the answers of paths and methods that are none
		delete(want, "urn:latchkey:error:"+string(code))
	}
	if !maps.Equal(listed, want) {
		t.Errorf("the document has %v, the code %v", listed, want)
	}
}
