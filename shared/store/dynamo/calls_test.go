package dynamo_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func limits(of item) func(item) { return set("maxCalls", &types.AttributeValueMemberM{Value: of}) }

func TestDamagedCallsAreAnError(t *testing.T) {
	const counter = "calls:repo:read"
	f := newFixture(newRig(t))
	f.must(only(f.SpendCalls(f.ctx, f.limited, "repo:read", 1)))
	f.limited = f.stored(f.limited.Prefix)
	for name, edit := range map[string]func(item){
		"a secret that is text":      set("sealed", text("sealed")),
		"a secret that is empty":     set("sealed", &types.AttributeValueMemberB{Value: []byte{}}),
		"limits that are one":        set("maxCalls", num("5")),
		"limits of nothing":          limits(item{}),
		"a limit that is text":       limits(item{"repo:read": text("5")}),
		"a limit of none":            limits(item{"repo:read": num("0")}),
		"a negative limit":           limits(item{"repo:read": num("-5")}),
		"a limit with a fraction":    limits(item{"repo:read": num("5.5")}),
		"a limit beyond 64 bits":     limits(item{"repo:read": num("100000000000000000000")}),
		"another's limit":            limits(item{"repo:write": num("5")}),
		"no limit":                   without("maxCalls"),
		"a counter without a limit":  set("calls:repo:write", num("1")),
		"a counter without a scope":  set("calls:", num("1")),
		"a counter that is text":     set(counter, text("1")),
		"a counter of none":          set(counter, num("0")),
		"a negative counter":         set(counter, num("-1")),
		"a counter with a fraction":  set(counter, num("1.5")),
		"a counter beyond 64 bits":   set(counter, num("100000000000000000000")),
		"a map of counters besides":  set("calls", &types.AttributeValueMemberM{Value: item{"repo:read": num("1")}}),
		"a counter in capitals also": set("Calls:repo:read", num("1")),
	} {
		whole := f.rewrite(tokenAt(f.limited.Prefix), edit)
		err := only(f.Token(f.ctx, f.limited.Prefix))
		f.damaged("read with "+name, err)
		if strings.Contains(err.Error(), "repo:") {
			t.Errorf("%v: quotes the record", err)
		}
		f.restore(whole)
		f.same("the token", f.stored(f.limited.Prefix), f.limited)
	}
}

// Where a counter cannot be added to, nothing is spent and nothing written.
func TestASpendOfADamagedCounterIsAnErrorAndWritesNothing(t *testing.T) {
	f := newFixture(newRig(t))
	for what, attr := range map[string]string{"uses": "uses", "calls": "calls:repo:read"} {
		whole := f.rewrite(tokenAt(f.limited.Prefix), set(attr, text("1")))
		f.damaged("spend "+what, only(f.spends()[what]()))
		f.restore(whole)
	}
	f.rewrite(tokenAt(f.limited.Prefix), without("uses"))
	f.damaged("spend uses", only(f.spends()["uses"]()))
}

// A stream's filter knows by its mark what is no change of the token.
func TestASpendWritesItsCounterAndAMarkAlone(t *testing.T) {
	f := newFixture(newRig(t))
	key, change := tokenAt(f.limited.Prefix), set("wrote", text("change"))
	for attr, spend := range map[string]func() (int64, error){"uses": f.spends()["uses"], "calls:repo:read": f.spends()["calls"]} {
		was := f.rewrite(key, change)
		change(was)
		f.must(only(spend()))
		written := f.rewrite(key, func(item) {})
		maps.DeleteFunc(written, func(name string, v types.AttributeValue) bool { return reflect.DeepEqual(v, was[name]) })
		f.same("written", slices.Sorted(maps.Keys(written)), []string{attr, "wrote"})
		f.same("mark", reflect.DeepEqual(written["wrote"], text("use#")), true)
	}
}
