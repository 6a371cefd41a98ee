package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/eventsink"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// What the test of many records is made of.
const (
	manyRecords = 100_000
	manyShards  = 4 // at once, each with an environment
	manyRepeats = manyRecords / 5
	manyPoison  = manyRecords / 1000 // beside their repeats
)

// mould is a record that the store wrote, with blanks for what makes it a record of another token at another version.
type mould struct {
	text  string
	tells []ending
}

// ending is that of the id of an event that a record becomes.
type ending struct {
	later int64 // versions after the record's own
	kind  string
}

// The blanks.
const (
	blankID, blankPrefix, blankTag, blankSort, blankHead = "<id>", "<prefix>", "<tag>", "<sort>", "<head>"
	blankShard, blankVersion, blankBefore, blankNumber   = "<shard>", "<version>", "<before>", "<number>"
)

// moulds are made of all that came into the stream as changes of tokens.
func (c *telling) moulds(records [][]byte) (all []mould) {
	c.Helper()
	written := c.written()
	for i, text := range records {
		if !c.poller.Filters[0].Takes(text) && !c.poller.Filters[1].Takes(text) {
			continue
		}
		all = append(all, mould{c.blank(text), c.endings(written[i])})
	}
	return all
}

// endings says what becomes of a record, by the rules of docs/events.md.
func (c *telling) endings(w dynamolocal.Written) (all []ending) {
	c.Helper()
	it := w.New
	if w.Event == "REMOVE" {
		it = w.Old
	}
	image, err := dynamo.ReadImage(it)
	c.must(err)
	change := image.Token.LastChange
	kind := string(change.Kind)
	if change.Kind == pat.ChangeExpiring {
		kind += "-" + strconv.Itoa(int(change.Notice/day))
	}
	if w.Event != "REMOVE" || image.Untold {
		all = append(all, ending{0, kind})
	}
	if w.Event == "REMOVE" && change.Kind != pat.ChangePurged {
		all = append(all, ending{1, "purged"})
	}
	return all
}

// blank makes blanks of what a record has of its own.
func (c *telling) blank(text []byte) string {
	c.Helper()
	var record map[string]any
	c.must(json.Unmarshal(text, &record))
	change := members(record["dynamodb"])
	record["eventID"], change["SequenceNumber"] = blankNumber, blankNumber
	fill := func(it map[string]any, version string) {
		for name, value := range map[string]string{"pk": blankTag, "sk": "tok#" + blankSort, "prefix": blankPrefix, "prefixHead": blankHead, "id": blankID,
			"dueShard": blankShard, "untoldShard": blankShard} {
			if member := members(it[name]); member != nil {
				member["S"] = value
			}
		}
		if member := members(it["version"]); member != nil {
			member["N"] = version
		}
	}
	fill(members(change["Keys"]), "")
	fill(members(change["NewImage"]), blankVersion)
	old := blankBefore
	if change["NewImage"] == nil {
		old = blankVersion
	}
	fill(members(change["OldImage"]), old)
	out, err := json.Marshal(record)
	c.must(err)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(out))
}

// cast is a mould's record of a token at a version.
func (m mould) cast(id pat.ID, version int64, number string) []byte {
	p := string(id.Prefix())
	return []byte(strings.NewReplacer(blankID, string(id), blankPrefix, p, blankTag, p[:pat.TagLen], blankSort, p[pat.TagLen:], blankHead, p[:4],
		blankShard, strconv.Itoa(int(crc32.ChecksumIEEE([]byte(p))%8)), blankVersion, strconv.FormatInt(version, 10),
		blankBefore, strconv.FormatInt(version-1, 10), blankNumber, number).Replace(m.text))
}

// many is what a shard has, and what is to become of it.
type many struct {
	records [][]byte
	ids     map[string]bool // of the events
	poison  map[string]bool // sequence numbers
}

// cast makes a shard's records of the moulds, shuffled, some of them repeats and some poison.
func (c *telling) cast(moulds []mould, shard int, random *rand.Rand) many {
	c.Helper()
	const repeats, others = manyRepeats / manyShards, (manyRecords - manyRepeats) / manyShards
	const onePoison = others / (manyPoison / manyShards)
	m := many{ids: map[string]bool{}, poison: map[string]bool{}}
	source := rand.NewChaCha8([32]byte{byte(shard)})
	var id pat.ID
	for i := range others {
		if i%4 == 0 { // a token has four
			p, err := pat.NewPrefix(pat.Tag(fmt.Sprintf("%05d%03d", i, shard)), c.start, source)
			c.must(err)
			id, err = pat.NewID(p, source)
			c.must(err)
		}
		from, version, number := moulds[i%len(moulds)], int64(i%4*10+2), fmt.Sprintf("%09d%012d", shard+1, i)
		text := from.cast(id, version, number)
		if i%onePoison == 7 {
			text = bytes.ReplaceAll(text, []byte(`"ownerEpoch":{"N":"`), []byte(`"ownerEpoch":{"N":"-1`))
			m.poison[number] = true
		} else {
			for _, e := range from.tells {
				m.ids[fmt.Sprintf("%s-%d-%s", id, version+e.later, e.kind)] = true
			}
		}
		m.records = append(m.records, text)
	}
	for range repeats {
		m.records = append(m.records, m.records[random.IntN(others)])
	}
	random.Shuffle(len(m.records), func(i, j int) { m.records[i], m.records[j] = m.records[j], m.records[i] })
	return m
}

// lives lets happen to tokens what makes records of every kind.
func (c *telling) lives(n int) {
	c.Helper()
	var gone []pat.Token
	for i := range n {
		token := c.make(10*day, 16*day+12*time.Hour)
		c.rename(token, day, "b")
		switch i % 3 {
		case 0:
			c.must(c.svc.Delete(c.Context(), c.at(day), pat.DeleteRequest{ID: token.ID}))
		case 1:
			gone = append(gone, token, c.make(40*day, 3*day))
		}
	}
	c.ago = 0
	for range 2 {
		_, _, err := c.svc.Notify(c.Context(), 10*n)
		c.must(err)
	}
	for i, token := range gone {
		c.ttl[token.Prefix] = i%4 < 2
		c.remove(token)
	}
}

// moody is a bus that now and then refuses entries, throttles and breaks; half-way every environment of the function dies.
func (c *telling) moody(random *rand.Rand) (refused, broken *int) {
	refused, broken = new(int), new(int)
	c.sink.Refuse(func(eventsink.Entry) string {
		if n := random.IntN(1000); n < 2 {
			*refused++
			return []string{eventsink.Internal, eventsink.Throttled}[n]
		}
		return ""
	})
	requests := 0
	c.sink.Fail(func(string) eventsink.Fault {
		if requests++; requests == manyRecords/20 {
			c.cleanup.Kill()
		}
		if n := random.IntN(500); n < 2 {
			*broken++
			return []eventsink.Fault{eventsink.Break, eventsink.Lose}[n]
		}
		return eventsink.None
	})
	return refused, broken
}

// TestAHundredThousandRecordsAreTold: repeated, out of order, among poison, to a bus that has moods.
func TestAHundredThousandRecordsAreTold(t *testing.T) {
	c := newTelling(t, func(o *runtimeapi.Options) {
		o.Concurrency = manyShards
		o.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamolocal.Start(t).Endpoint // without a proxy, which would note each call
	})
	c.lives(12)
	moulds := c.moulds(c.records())
	random := rand.New(rand.NewPCG(1, 2))
	var all [manyShards]many
	want, poison := map[string]bool{}, map[string]bool{}
	for i := range all {
		all[i] = c.cast(moulds, i, random)
		maps.Copy(want, all[i].ids)
		maps.Copy(poison, all[i].poison)
	}
	refused, broken := c.moody(random)
	began := time.Now()
	var shards errgroup.Group
	for i, m := range all {
		shards.Go(func() error { return c.poller.Shard(t.Context(), strconv.Itoa(i), m.records) })
	}
	c.must(shards.Wait())
	took := time.Since(began)

	told, letters, entries, n := c.told(), c.letters(), c.sink.Entries(), c.poller.Counts()
	sameNames(t, "events", told, want)
	sameNames(t, "dead letters", letters, poison)
	if len(poison) != manyPoison || n.Discarded > 0 || n.Dropped > 0 || n.Records != manyRecords || n.Again == 0 || c.cleanup.Started() <= manyShards || *refused == 0 || *broken == 0 {
		t.Errorf("%d of poison, %+v, %d processes, %d refused, %d broken", len(poison), n, c.cleanup.Started(), *refused, *broken)
	}
	c.keepsSecrets()
	areValid(t, entries[:1000])
	t.Logf("%d records through the compiled cleanup: %d events of %d kinds of record, each once by its id (%d entries), %d dead letters; %d entries were refused and %d requests "+
		"broken on the way, %d records came again; %d invocations in %.1f s", n.Records, len(told), len(moulds), len(entries), len(letters), *refused, *broken, n.Again, n.Invocations, took.Seconds())
}

// sameNames checks that there is what was wanted and nothing else.
func sameNames[V any](t *testing.T, what string, got map[string]V, want map[string]bool) {
	t.Helper()
	lost, odd := 0, 0
	for name := range want {
		if _, ok := got[name]; !ok {
			lost++
		}
	}
	for name := range got {
		if !want[name] {
			odd++
		}
	}
	if lost > 0 || odd > 0 {
		t.Errorf("%s: of %d wanted, %d are lost; %d are of nobody", what, len(want), lost, odd)
	}
}
