package pat_test

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"

	"pgregory.net/rapid"
)

// morning is an instant that tests count from.
var morning = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func newPrefix(t testing.TB, tag pat.Tag, at time.Time) pat.Prefix {
	t.Helper()
	p, err := pat.NewPrefix(tag, at, &counting{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newID(t testing.TB, p pat.Prefix) pat.ID {
	t.Helper()
	id, err := pat.NewID(p, &counting{next: 0xa0})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAddressesAreWrittenAsOnTheFirstDay(t *testing.T) {
	p := newPrefix(t, "k3v9b2mq", morning)
	if want := pat.Prefix("k3v9b2mq136e1v01"); p != want {
		t.Errorf("prefix %s, want %s", p, want)
	}
	if id, want := newID(t, p), pat.ID("a0fe958a-da08-8cce-83f0-0682868a8e92"); id != want {
		t.Errorf("id %s, want %s", id, want)
	}
	// strconv has the same digits at base 32.
	if low, err := strconv.ParseUint(string(p[pat.TagLen:]), 32, 40); err != nil || low>>10 != 36_911_167 || low&0x3ff != 1 {
		t.Errorf("second %d and random %d, %v", low>>10, low&0x3ff, err)
	}
	if tag, err := pat.NewTag(&counting{}); tag != "000g40o4" || err != nil {
		t.Errorf("tag %s, %v", tag, err)
	}
}

var (
	tags     = rapid.StringMatching(`[0-9a-v]{8}`)
	prefixes = rapid.Map(rapid.StringMatching(`[0-9a-v]{16}`), func(s string) pat.Prefix { return pat.Prefix(s) })
	instants = rapid.Map(rapid.Int64Range(0, 1<<30-1), func(s int64) time.Time {
		return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s) * time.Second)
	})
)

func TestPrefixesSortByOwnerThenByAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag1, tag2 := pat.Tag(tags.Draw(t, "one tag")), pat.Tag(tags.Draw(t, "another tag"))
		at1, at2 := instants.Draw(t, "one instant"), instants.Draw(t, "another instant")
		random := bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "randomness"))
		p1, err1 := pat.NewPrefix(tag1, at1, random)
		p2, err2 := pat.NewPrefix(tag2, at2, random)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if p1.Tag() != tag1 || p2.Tag() != tag2 {
			t.Errorf("%s is not of owner %s, or %s not of %s", p1, tag1, p2, tag2)
		}
		want := strings.Compare(string(tag1), string(tag2))
		if want == 0 {
			want = at1.Compare(at2)
		}
		if got := strings.Compare(string(p1), string(p2)); want != 0 && got != want {
			t.Errorf("%s of %s at %s, %s of %s at %s: compare %d, want %d", p1, tag1, at1, p2, tag2, at2, got, want)
		}
	})
}

func TestTheOrderOfPrefixesHoldsAtTheEdges(t *testing.T) {
	first := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	last := first.Add((1<<30 - 1) * time.Second)
	var got []pat.Prefix
	for _, at := range []time.Time{first.Add(-time.Hour), first, first.Add(time.Second), first.Add(31 * time.Second), first.Add(32 * time.Second),
		first.Add((1<<15 - 1) * time.Second), first.Add((1 << 15) * time.Second), last.Add(-time.Second), last, last.Add(time.Hour)} {
		got = append(got, newPrefix(t, "k3v9b2mq", at))
	}
	if !slices.IsSorted(got) {
		t.Errorf("not in order: %v", got)
	}
	if got[0] != got[1] || got[len(got)-1] != got[len(got)-2] {
		t.Errorf("instants outside of the range are not held at its ends: %v", got)
	}
}

func TestAnIDLeadsToThePrefixItWasMadeFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := prefixes.Draw(t, "prefix")
		id, err := pat.NewID(p, bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "randomness")))
		if err != nil {
			t.Fatal(err)
		}
		parsed, ok := pat.ParseID(string(id))
		if !ok || parsed != id || id.Prefix() != p {
			t.Errorf("%s of %s is read as %s, %t, of %s", id, p, parsed, ok, id.Prefix())
		}
		if !uuid8.MatchString(string(id)) {
			t.Errorf("%s is no UUID of version 8", id)
		}
	})
}

var uuid8 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestAllRandomBitsOfAnIDDiffer(t *testing.T) {
	// Each of the 42 top bits drawn must show in the id, and none of the 22 low ones.
	base, err := pat.NewID(testPrefix, bytes.NewReader(make([]byte, 8)))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 64 {
		drawn := make([]byte, 8)
		drawn[bit/8] = 0x80 >> (bit % 8)
		id, err := pat.NewID(testPrefix, bytes.NewReader(drawn))
		if err != nil || (id != base) != (bit < 42) || id.Prefix() != testPrefix {
			t.Errorf("bit %d: %s, %v", bit, id, err)
		}
	}
}

func TestAnIDHasOneWrittenForm(t *testing.T) {
	const good = "a0fe95d2-9a0a-8d8e-8f1d-a9d8d0d1d2d3"
	if _, ok := pat.ParseID(good); !ok {
		t.Fatalf("%s is refused", good)
	}
	for name, text := range map[string]string{
		"nothing":               "",
		"upper case":            strings.ToUpper(good),
		"one A in upper case":   strings.Replace(good, "a", "A", 1),
		"one F in upper case":   strings.Replace(good, "f", "F", 1),
		"braces":                "{" + good + "}",
		"a URN":                 "urn:uuid:" + good,
		"no hyphens":            strings.ReplaceAll(good, "-", ""),
		"hyphens elsewhere":     "a0fe95d29-a0a-8d8e-8f1d-a9d8d0d1d2d3",
		"other hyphens":         strings.ReplaceAll(good, "-", "_"),
		"no hex":                strings.Replace(good, "a", "g", 1),
		"a sign":                "+" + good[1:],
		"a character less":      good[:35],
		"a character more":      good + "0",
		"a newline":             good + "\n",
		"a space before":        " " + good[:35],
		"the nil UUID":          "00000000-0000-0000-0000-000000000000",
		"version 4":             good[:14] + "4" + good[15:],
		"version 7":             good[:14] + "7" + good[15:],
		"version 9":             good[:14] + "9" + good[15:],
		"the NCS variant":       good[:19] + "7" + good[20:],
		"the Microsoft variant": good[:19] + "c" + good[20:],
		"the reserved variant":  good[:19] + "f" + good[20:],
		"a prefix":              string(testPrefix),
	} {
		t.Run(name, func(t *testing.T) {
			if id, ok := pat.ParseID(text); ok {
				t.Errorf("%q is taken as %s", text, id)
			}
		})
	}
}

func TestAPrefixHasOneWrittenForm(t *testing.T) {
	if p, ok := pat.ParsePrefix(string(testPrefix)); !ok || p != testPrefix {
		t.Errorf("%s is read as %q, %t", testPrefix, p, ok)
	}
	for _, text := range []string{"", "k3v9b2mq14c7p0t", "k3v9b2mq14c7p0t80", "K3V9B2MQ14C7P0T8", "k3v9b2mq14c7p0tw", "k3v9b2mq 4c7p0t8", "k3v9b2mq14c7p0t\n", "k3v9b2mq14c7p0é"} {
		if p, ok := pat.ParsePrefix(text); ok || p != "" {
			t.Errorf("%q is read as %q", text, p)
		}
	}
}

func TestAddressesAreNotMadeWithoutRandomness(t *testing.T) {
	if tag, err := pat.NewTag(exhausted{}); tag != "" || err == nil {
		t.Errorf("tag %q, %v", tag, err)
	}
	if p, err := pat.NewPrefix("k3v9b2mq", morning, exhausted{}); p != "" || err == nil {
		t.Errorf("prefix %q, %v", p, err)
	}
	if id, err := pat.NewID(testPrefix, exhausted{}); id != "" || err == nil {
		t.Errorf("id %q, %v", id, err)
	}
}

func TestAPrefixNeedsAWellFormedTag(t *testing.T) {
	for _, tag := range []pat.Tag{"", "k3v9", "k3v9b2m", "k3v9b2mqq", "k3v9b2mq14c7p0t8", "k3v9b2mw", "K3V9B2MQ", "k3v9b2m\n"} {
		if p, err := pat.NewPrefix(tag, morning, &counting{}); p != "" || err == nil {
			t.Errorf("tag %q made the prefix %q", tag, p)
		}
	}
}
