package events_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/jsonschema/v6"

	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// schemas compiles the published schemas, by type.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	files, err := fs.Glob(events.Schemas(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := fs.ReadFile(events.Schemas(), file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := compiler.AddResource("urn:latchkey:schema:"+strings.TrimSuffix(file, ".json"), doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	all := map[string]*jsonschema.Schema{}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".json")
		schema, err := compiler.Compile("urn:latchkey:schema:" + name)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if name != "token.v1" {
			all[name] = schema
		}
	}
	return all
}

// validates reports whether the schema of the event's own type takes it.
func validates(t *testing.T, text string) bool {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	name, _ := doc.(map[string]any)["type"].(string)
	schema := schemas(t)[name]
	return schema != nil && schema.Validate(doc) == nil
}

func TestEachTypeHasASchemaAndNoOtherHas(t *testing.T) {
	got := slices.Sorted(maps.Keys(schemas(t)))
	if want := slices.Sorted(slices.Values(events.Types())); !slices.Equal(got, want) || len(want) != len(kinds()) {
		t.Errorf("schemas %q, types %q", got, want)
	}
}

func TestEveryEventIsAsItsSchemaSays(t *testing.T) {
	all := schemas(t)
	for _, kind := range kinds() {
		for name, edit := range map[string]func(*events.Record){
			"as it is":       func(*events.Record) {},
			"a native token": func(r *events.Record) { r.Owner, r.Product = "user#alice", pat.Native },
			"from IPv6":      func(r *events.Record) { r.Change.IP = netip.MustParseAddr("2001:db8::1") },
			"from IPv4 in 6": func(r *events.Record) { r.Change.IP = netip.MustParseAddr("::ffff:192.0.2.1") },
			"with a zone":    func(r *events.Record) { r.Change.IP = netip.MustParseAddr("fe80::1%eth0") },
			"another issuer": func(r *events.Record) { r.Owner, r.Change.By = "oidc#0123456789abcdef#x", "oidc#0123456789abcdef#x" },
			"every flag":     func(r *events.Record) { r.Disabled, r.Suspended, r.Compromised, r.RevokedAt = true, true, true, noon() },
			"without a name": func(r *events.Record) { r.Name = "" },
			"another zone":   func(r *events.Record) { r.Change.At = r.Change.At.In(time.FixedZone("", 3600)) },
			"by a token": func(r *events.Record) {
				r.Change.Via = "token:" + string(r.ID)
			},
		} {
			r := record(kind)
			edit(&r)
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, r)))
			if err != nil {
				t.Fatal(err)
			}
			if err := all["dev.latchkey.token."+string(kind)+".v1"].Validate(doc); err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
}

func TestASchemaRefusesMembersThatItDoesNotName(t *testing.T) {
	for _, kind := range kinds() {
		for name, add := range map[string]func(e, data, change map[string]any){
			"in the envelope":     func(e, _, _ map[string]any) { e["dataschema"] = "urn:x" },
			"in the data":         func(_, data, _ map[string]any) { data["hash"] = "x" },
			"in the change":       func(_, _, change map[string]any) { change["at"] = "x" },
			"another type":        func(e, _, _ map[string]any) { e["type"] = "dev.latchkey.token.moved.v1" },
			"a member left out":   func(_, data, _ map[string]any) { delete(data, "owner") },
			"no id":               func(e, _, _ map[string]any) { delete(e, "id") },
			"a time that is none": func(e, _, _ map[string]any) { e["time"] = "2026-02-30T00:00:00Z" },
			"a number for a flag": func(_, data, _ map[string]any) { data["disabled"] = 0 },
		} {
			var e map[string]any
			if err := json.Unmarshal([]byte(written(t, record(kind))), &e); err != nil {
				t.Fatal(err)
			}
			data := e["data"].(map[string]any)
			add(e, data, data["change"].(map[string]any))
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if validates(t, string(text)) {
				t.Errorf("%s, %s: taken: %s", kind, name, text)
			}
		}
	}
}

func TestANoticesMembersAreItsOwn(t *testing.T) {
	text := written(t, record("expiring"))
	if validates(t, strings.Replace(text, `,"daysLeft":7`, "", 1)) || validates(t, strings.ReplaceAll(text, "token.expiring", "token.updated")) {
		t.Error("days are left of what is no notice, or none of one that is")
	}
}

// The SDK of CloudEvents is another reader than the schemas, which are ours.
func TestCloudEventsOwnSDKReadsEveryEvent(t *testing.T) {
	for _, kind := range kinds() {
		var e cloudevents.Event
		if err := json.Unmarshal([]byte(written(t, record(kind))), &e); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if err := e.Validate(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		var data events.Data
		if err := e.DataAs(&data); err != nil || data.Name != "deploy" {
			t.Errorf("%s: data %+v, %v", kind, data, err)
		}
		if e.SpecVersion() != "1.0" || e.Source() != source || e.Extensions()["sequence"] != "0000000000000000003" || !e.Time().Equal(noon()) {
			t.Errorf("%s: read %s", kind, e)
		}
	}
}

func TestTheDocumentedEventIsOne(t *testing.T) {
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```json\n")
	example, _, _ := strings.Cut(rest, "```")
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(example)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written(t, record("revoked")), compact.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, kind := range kinds() {
		if !strings.Contains(string(page), "| `"+string(kind)+"` |") {
			t.Errorf("%s is not documented", kind)
		}
	}
}
