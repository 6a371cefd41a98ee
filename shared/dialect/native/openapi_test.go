package native_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"latchkey/shared/dialect/native"
	"latchkey/shared/pat"
)

// spec is openapi.json as its readers see it.
type spec struct {
	*v3.Document
	validator validator.Validator
}

var readSpec = sync.OnceValues(func() (spec, error) {
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		return spec{}, err
	}
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		return spec{}, err
	}
	model, err := document.BuildV3Model()
	if err != nil {
		return spec{}, err
	}
	v, errs := validator.NewValidator(document, config.WithFormatAssertions(), config.WithRejectUndeclaredRequestBody())
	if len(errs) > 0 {
		return spec{}, errs[0]
	}
	return spec{&model.Model, v}, nil
})

func published(t *testing.T) spec {
	t.Helper()
	s, err := readSpec()
	if err != nil {
		t.Fatalf("openapi.json: %v", err)
	}
	return s
}

// operations yields what the document describes, by route: "POST /v1/tokens".
func (s spec) operations() iter.Seq2[string, *v3.Operation] {
	return func(yield func(string, *v3.Operation) bool) {
		for path, item := range s.Paths.PathItems.FromOldest() {
			for method, op := range item.GetOperations().FromOldest() {
				if !yield(strings.ToUpper(method)+" "+path, op) {
					return
				}
			}
		}
	}
}

func (s spec) schema(t *testing.T, name string) *base.Schema {
	t.Helper()
	proxy, ok := s.Components.Schemas.Get(name)
	if !ok {
		t.Fatalf("the document has no schema %s", name)
	}
	return proxy.Schema()
}

func enum(s *base.Schema) []string {
	var out []string
	for _, value := range s.Enum {
		out = append(out, value.Value)
	}
	return out
}

func TestTheDocumentIsGoodOpenAPI(t *testing.T) {
	s := published(t)
	if s.Version != "3.1.0" {
		t.Errorf("it is of version %s", s.Version)
	}
	if s.Info.Title != "Latchkey" || s.Info.License.Identifier != "Apache-2.0" || len(s.Servers) != 1 || s.Servers[0].URL != "/" {
		t.Errorf("it is %q under %q, served at %v", s.Info.Title, s.Info.License.Identifier, s.Servers)
	}
	if ok, errs := s.validator.ValidateDocument(); !ok {
		for _, err := range errs {
			t.Error(err)
		}
	}
}

func TestTheDocumentAndTheRoutesAreTheSame(t *testing.T) {
	type line struct{ Route, Op string }
	byRoute := func(a, b line) int { return strings.Compare(a.Route, b.Route) }
	var described, served []line
	ids := map[string]string{}
	for route, op := range published(t).operations() {
		name := ""
		if node, ok := op.Extensions.Get("x-latchkey-op"); ok {
			name = node.Value
		}
		described = append(described, line{route, name})
		if other, taken := ids[op.OperationId]; taken || op.OperationId == "" {
			t.Errorf("%s: its operationId is %q, as of %q", route, op.OperationId, other)
		}
		ids[op.OperationId] = route
	}
	_, routes := native.New(pat.NewService(pat.Config{Policy: pat.DefaultPolicy()}))
	for _, r := range routes {
		served = append(served, line{r.Pattern, string(r.Op)})
	}
	slices.SortFunc(described, byRoute)
	slices.SortFunc(served, byRoute)
	if diff := cmp.Diff(served, described); diff != "" {
		t.Errorf("served (-) and described (+):\n%s", diff)
	}
}

func TestTheDocumentsListsAreTheCodes(t *testing.T) {
	s := published(t)
	statuses := words(pat.Statuses())
	if declared := constants(t, "Status"); !cmp.Equal(statuses, declared) {
		t.Errorf("pat.Statuses is %q, of %q", statuses, declared)
	}
	for name, want := range map[string][]string{
		"TokenStatus":     statuses,
		"VerifyCode":      constants(t, "VerifyCode"),
		"ManagementScope": constants(t, "Scope"),
		"GroupRole":       constants(t, "Role"),
	} {
		if diff := cmp.Diff(want, enum(s.schema(t, name))); diff != "" {
			t.Errorf("%s: the code's (-) and the document's (+):\n%s", name, diff)
		}
	}
	for _, scope := range constants(t, "Scope") {
		if !pat.Scope(scope).IsManagement() {
			t.Errorf("%s is a constant of pat, and no management scope", scope)
		}
	}
}

func TestEachNamedRequirementIsAManagementScope(t *testing.T) {
	for route, op := range published(t).operations() {
		for _, requirement := range op.Security {
			for scheme, scopes := range requirement.Requirements.FromOldest() {
				for _, scope := range scopes {
					if !pat.Scope(scope).IsManagement() {
						t.Errorf("%s: %s needs %q", route, scheme, scope)
					}
				}
			}
		}
	}
}

func TestNoAnswerCanHaveAMemberThatIsNotInTheDocument(t *testing.T) {
	for name, proxy := range published(t).Components.Schemas.FromOldest() {
		schema := proxy.Schema()
		if schema.Properties == nil || strings.HasSuffix(name, "Record") { // a record is made whole, and closed, by others
			continue
		}
		additional, unevaluated := schema.AdditionalProperties, schema.UnevaluatedProperties
		if !(additional != nil && additional.IsB() && !additional.B) && !(unevaluated != nil && unevaluated.IsB() && !unevaluated.B) {
			t.Errorf("%s takes members that it does not name", name)
		}
	}
}

func words[T ~string](in []T) []string {
	var out []string
	for _, w := range in {
		out = append(out, string(w))
	}
	return out
}

// constants returns the values of pat's constants of a type of text, in the order of the source, so that no
// list here has to be kept.
func constants(t *testing.T, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob("../../pat/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if file.Name.Name != "pat" {
			continue
		}
		for node := range ast.Preorder(file) {
			spec, ok := node.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if ident, ok := spec.Type.(*ast.Ident); !ok || ident.Name != typeName {
				continue
			}
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, text)
				}
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("pat has no constants of type %s", typeName)
	}
	return out
}
