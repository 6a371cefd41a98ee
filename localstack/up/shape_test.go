package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// examplesAreReal: the event.json beside a function that no route leads to has the members of what it really got, and of their
// kinds. Which attributes an image has depends on the token, and on what became of it.
func examplesAreReal(t *testing.T, d *desk) {
	for folder, function := range map[string]string{"cleanup": "Cleanup", "notify": "Notify"} {
		example, err := os.ReadFile("../../functions/" + folder + "/event.json")
		if err != nil {
			t.Fatal(err)
		}
		var event any
		if err := json.Unmarshal(example, &event); err != nil {
			t.Fatal(err)
		}
		real, shown := map[string]bool{}, map[string]bool{}
		shape("", event, shown)
		for line := range strings.Lines(eventsOf(d, function)) {
			var got struct{ Event any }
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatal(err)
			}
			shape("", got.Event, real)
		}
		for _, path := range slices.Sorted(maps.Keys(real)) {
			if !shown[path] && !strings.Contains(path, "Image.") {
				t.Errorf("%s: the example has no %s", folder, path)
			}
		}
		for _, path := range slices.Sorted(maps.Keys(shown)) {
			if !real[path] {
				t.Errorf("%s: no real event has %s", folder, path)
			}
		}
		t.Logf("%s: %d members of its example, as in %d real events", folder, len(shown), strings.Count(eventsOf(d, function), "\n"))
	}
}

// shape notes each member with its kind, wherever in an array it is.
func shape(path string, value any, into map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		into[path+" object"] = true
		for name, member := range value {
			shape(strings.Replace(path, "OldImage", "NewImage", 1)+"."+name, member, into)
		}
	case []any:
		into[path+" array"] = true
		for _, item := range value {
			shape(path+"[]", item, into)
		}
	default:
		into[fmt.Sprintf("%s %T", path, value)] = true
	}
}
