package dynamo_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// crowdDue stores tokens that are due one after another, more than there are shards, and waits until the index has them.
func (r *rig) crowdDue(n int) (all []pat.Prefix) {
	r.Helper()
	o := r.owner("user#alice")
	for i := range n {
		all = append(all, r.create(&o, r.draft(o, i)).Prefix)
	}
	r.eventuallyDue(noon().Add(100*time.Hour), n+1, all)
	return all
}

// eventuallyDue looks until the index has these.
func (r *rig) eventuallyDue(at time.Time, max int, want []pat.Prefix) {
	r.Helper()
	for end := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		got, err := r.Due(r.Context(), at, max)
		r.must(err)
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(end) {
			r.same("due", got, want)
			return
		}
	}
}

func TestWhatIsDueIsWholeHoweverShortThePages(t *testing.T) {
	r := newRig(t)
	all := r.crowdDue(40)
	for _, size := range []int{1, 2, 5} {
		r.proxy.Fail("Query", faultproxy.Always, faultproxy.Short(size))
		for _, max := range []int{1, 3, 39, 100} {
			r.eventuallyDue(noon().Add(100*time.Hour), max, all[:min(max, 40)])
		}
		r.eventuallyDue(noon().Add(time.Hour+19*time.Second), 100, all[:20])
	}
}

func TestWhatIsDueIsOneQueryOfEachShardAndNoRecord(t *testing.T) {
	r := newRig(t)
	r.crowdDue(120) // so many that no shard is empty, which would cost nothing
	said := r.wire(func() { r.must(only(r.Due(t.Context(), noon().Add(100*time.Hour), 100))) })
	r.same("requests", said, slices.Repeat([]string{"Query (Query due-index) 0.5"}, 8))
}

// DynamoDB's page of one shard may be full and all of it later than another's.
func TestTheSoonestOfAllShardsComeFirst(t *testing.T) {
	r := newRig(t)
	all := r.crowdDue(40)
	for max := 1; max < 40; max += 6 {
		r.eventuallyDue(noon().Add(100*time.Hour), max, all[:max])
	}
}

func TestWhatIsDueIsSpreadOverTheShards(t *testing.T) {
	r := newRig(t)
	shards := map[string]int{}
	for _, p := range r.crowdDue(64) {
		r.rewrite(tokenAt(p), func(it item) { shards[fmt.Sprint(it["dueShard"])]++ })
	}
	for shard, n := range shards {
		if n > 32 {
			t.Errorf("%s has %d of 64", shard, n)
		}
	}
}

func TestAnEntryThatIsNoTokensStopsNoOther(t *testing.T) {
	var log bytes.Buffer
	r := newRig(t, func(o *dynamo.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	all := r.crowdDue(10)
	for _, k := range [][2]string{{"owner#x", "owner"}, {"00000000", "tok#00000000"}} { // no token's key, and no token's time
		it := at(k[0], k[1])
		it["dueShard"], it["dueAt"] = text("3"), num("-1")
		r.restore(it)
		for end := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), "not a token's"); runtime.Gosched() {
			got, err := r.Due(t.Context(), noon().Add(100*time.Hour), 100)
			r.must(err)
			r.same("due", got, all)
			if time.Now().After(end) {
				t.Fatalf("nobody heard of %s", k)
			}
		}
		log.Reset()
		r.remove(k[0], k[1])
	}
}
