package native_test

import (
	"testing"

	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
)

func TestTheDocumentsExamplesFitTheirSchemas(t *testing.T) {
	s := published(t)
	schemas := schema_validation.NewSchemaValidator()
	fits := func(where string, schema *base.Schema, decode func(any) error) {
		t.Helper()
		var value any
		if err := decode(&value); err != nil {
			t.Fatal(err)
		}
		if ok, errs := schemas.ValidateSchemaObject(schema, value); !ok {
			t.Errorf("%s: the example %v:%s", where, value, list(errs))
		}
	}
	for name, proxy := range s.Components.Schemas.FromOldest() {
		for _, example := range proxy.Schema().Examples {
			fits(name, proxy.Schema(), example.Decode)
		}
	}
	for route, op := range s.operations() {
		for _, p := range op.Parameters {
			if p.Example != nil {
				fits(route+" "+p.Name, p.Schema.Schema(), p.Example.Decode)
			}
		}
		for status, res := range op.Responses.Codes.FromOldest() {
			for media := range orderedmap.Iterate(t.Context(), res.Content) {
				content := media.Value()
				if content.Example != nil {
					fits(route+" "+status, content.Schema.Schema(), content.Example.Decode)
				}
				for example := range content.Examples.ValuesFromOldest() {
					fits(route+" "+status, content.Schema.Schema(), example.Value.Decode)
				}
			}
		}
	}
}
