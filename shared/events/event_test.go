package events_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/events"
	"latchkey/shared/pat"
)

const source = "https://tokens.example.com"

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC) }

// record is a group's token as a change of that kind left it.
func record(kind pat.ChangeKind) events.Record {
	r := events.Record{
		ID: "0195f2c1-4a00-8123-9abc-0123456789ab", Prefix: "0123456789abcdef", Owner: "group#7", CreatedBy: "user#alice",
		Product: pat.Quay, Name: "deploy", Version: 3, NotBefore: noon().Add(-time.Hour), ExpiresAt: noon().Add(7 * 24 * time.Hour),
		Change: pat.Change{Kind: kind, By: "user#bob", Via: "session", IP: netip.MustParseAddr("192.0.2.1"), At: noon()},
	}
	switch kind {
	case "expiring":
		r.Threshold = 7
		r.Change.By, r.Change.Via, r.Change.IP = "", "system", netip.Addr{}
	case "expired", "purged":
		r.Change.By, r.Change.Via, r.Change.IP = "", "system", netip.Addr{}
	case "revoked":
		r.RevokedAt = noon()
	case "compromised":
		r.RevokedAt, r.Compromised = noon(), true
	}
	return r
}

// kinds are those that this version knows, spelled here once more.
func kinds() []pat.ChangeKind {
	return []pat.ChangeKind{"created", "updated", "rotated", "expiring", "expired", "revoked", "compromised", "purged"}
}

func written(t *testing.T, r events.Record) string {
	t.Helper()
	e, err := events.New(source, r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnEventIsWrittenAsItIsDescribed(t *testing.T) {
	for kind, want := range map[pat.ChangeKind]string{
		"revoked": `{"specversion":"1.0","id":"0195f2c1-4a00-8123-9abc-0123456789ab-3-revoked","source":"https://tokens.example.com",` +
			`"type":"dev.latchkey.token.revoked.v1","subject":"0195f2c1-4a00-8123-9abc-0123456789ab","time":"2026-03-14T12:00:00.123Z",` +
			`"datacontenttype":"application/json","sequence":"0000000000000000003","data":{"id":"0195f2c1-4a00-8123-9abc-0123456789ab",` +
			`"prefix":"0123456789abcdef","name":"deploy","owner":"group#7","groupId":"7","createdBy":"user#alice","product":"quay","version":3,` +
			`"disabled":false,"suspended":false,"revoked":true,"compromised":false,"notBefore":"2026-03-14T11:00:00.123Z",` +
			`"expiresAt":"2026-03-21T12:00:00.123Z","revokedAt":"2026-03-14T12:00:00.123Z",` +
			`"change":{"by":"user#bob","via":"session","ip":"192.0.2.1"}}}`,
		"expiring": `{"specversion":"1.0","id":"0195f2c1-4a00-8123-9abc-0123456789ab-3-expiring-7","source":"https://tokens.example.com",` +
			`"type":"dev.latchkey.token.expiring.v1","subject":"0195f2c1-4a00-8123-9abc-0123456789ab","time":"2026-03-14T12:00:00.123Z",` +
			`"datacontenttype":"application/json","sequence":"0000000000000000003","data":{"id":"0195f2c1-4a00-8123-9abc-0123456789ab",` +
			`"prefix":"0123456789abcdef","name":"deploy","owner":"group#7","groupId":"7","createdBy":"user#alice","product":"quay","version":3,` +
			`"disabled":false,"suspended":false,"revoked":false,"compromised":false,"notBefore":"2026-03-14T11:00:00.123Z",` +
			`"expiresAt":"2026-03-21T12:00:00.123Z","change":{"via":"system"},"daysLeft":7,"threshold":7}}`,
	} {
		if diff := cmp.Diff(want, written(t, record(kind))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

func TestWhatIsNotSetIsNotThere(t *testing.T) {
	r := record("updated")
	r.Owner, r.Product, r.NotBefore, r.ExpiresAt, r.Change.IP = "user#alice", pat.Native, time.Time{}, time.Time{}, netip.Addr{}
	text := written(t, r)
	for _, name := range []string{"groupId", "product", "notBefore", "expiresAt", "revokedAt", "daysLeft", "threshold", `"ip"`} {
		if strings.Contains(text, name) {
			t.Errorf("%s is there: %s", name, text)
		}
	}
}

func TestTheSameChangeHasTheSameIDAndNoOtherHasIt(t *testing.T) {
	seen := map[string]bool{}
	add := func(r events.Record) {
		one, _ := events.New(source, r)
		r.Name = "renamed meanwhile"
		again, err := events.New(source, r)
		if err != nil || one.ID != again.ID || seen[one.ID] || strings.Contains(one.ID, ".") {
			t.Errorf("%q, then %q, %v", one.ID, again.ID, err)
		}
		seen[one.ID] = true
	}
	for _, kind := range kinds() {
		r := record(kind)
		add(r)
		r.Version++
		add(r)
		r.Threshold = 1
		if kind == "expiring" {
			add(r) // two notices of one version
		}
		r.ID = "0195f2c1-4a00-8123-9abc-0123456789ac"
		add(r)
	}
}

func TestTheSequenceIsInTheOrderOfItsLetters(t *testing.T) {
	var all []string
	for _, version := range []int64{1, 2, 9, 10, 11, 99, 100, 1<<31 - 1, 1 << 31, 1<<63 - 1} {
		r := record("updated")
		r.Version = version
		e, err := events.New(source, r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Sequence)
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != 10 {
		t.Errorf("got %q", all)
	}
}

func TestDaysThatAreLeftAreCountedAsSoonAsTheyBegin(t *testing.T) {
	for left, want := range map[time.Duration]int{
		7 * 24 * time.Hour: 7, 7*24*time.Hour - time.Millisecond: 7, 6*24*time.Hour + time.Millisecond: 7, 6 * 24 * time.Hour: 6,
		time.Millisecond: 1, 0: 0, -time.Hour: 0,
	} {
		r := record("expiring")
		r.ExpiresAt = r.Change.At.Add(left)
		if e, err := events.New(source, r); err != nil || *e.Data.DaysLeft != want {
			t.Errorf("%s: %v, %v; want %d", left, e.Data.DaysLeft, err, want)
		}
	}
}

func TestWhatIsNoChangeIsNoEvent(t *testing.T) {
	for name, spoil := range map[string]func(*events.Record){
		"a kind of a later version": func(r *events.Record) { r.Change.Kind = "moved" },
		"no kind":                   func(r *events.Record) { r.Change.Kind = "" },
		"no token":                  func(r *events.Record) { r.ID = "" },
		"no version":                func(r *events.Record) { r.Version = 0 },
		"no time":                   func(r *events.Record) { r.Change.At = time.Time{} },
		"a notice of no expiry":     func(r *events.Record) { r.Change.Kind, r.ExpiresAt, r.Threshold = "expiring", time.Time{}, 7 },
		"a notice of no threshold":  func(r *events.Record) { r.Change.Kind = "expiring" },
	} {
		r := record("created")
		spoil(&r)
		e, err := events.New(source, r)
		if err == nil {
			t.Fatalf("%s: %+v", name, e)
		}
		if kind := string(r.Change.Kind); kind != "" && kind != "expiring" && strings.Contains(err.Error(), kind) {
			t.Errorf("%s: the error repeats what the record says: %v", name, err)
		}
	}
}

func TestANameIsQuotedWhateverItSays(t *testing.T) {
	r := record("created")
	r.Name = "\"},\"admin\":true,\n\u2028</script>\x00é😀"
	text := written(t, r)
	if strings.ContainsAny(text, "\n\x00") || !validates(t, text) {
		t.Errorf("got %s", text)
	}
	r.Name = "\xff"
	e, err := events.New(source, r)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := e.JSON(); err == nil {
		t.Errorf("got %s", text)
	}
}
