package dynamo

import (
	"cmp"
	"context"
	"hash/crc32"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"latchkey/shared/pat"
)

// timeIndex is a sparse index of tokens by a time.
type timeIndex struct{ name, shard, at string }

// timeShards is how many partitions share such an index, so that tokens made in a crowd do not all write to one.
// It can only grow: a record says its shard, and one of another is damaged.
const timeShards = 8

// shardOf is the one of a token's. A digest spreads also the tokens of one owner, whose prefixes are alike.
func shardOf(p pat.Prefix) string {
	return strconv.Itoa(int(crc32.ChecksumIEEE([]byte(p)) % timeShards))
}

// timeEntry is what such an index says of a token.
type timeEntry struct {
	prefix pat.Prefix
	at     time.Time
}

// upTo returns the entries whose time is not after at, soonest first, at most max: the soonest of each shard, and of those
// the soonest.
func (s *Store) upTo(ctx context.Context, index timeIndex, at time.Time, max int) (entries []timeEntry, err error) {
	for shard := range timeShards {
		found, err := s.upToIn(ctx, index, strconv.Itoa(shard), at, max)
		if err != nil {
			return nil, err
		}
		entries = append(entries, found...)
	}
	slices.SortFunc(entries, func(a, b timeEntry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.prefix, b.prefix)) })
	return entries[:min(len(entries), max)], nil
}

// upToIn asks one shard.
func (s *Store) upToIn(ctx context.Context, index timeIndex, shard string, at time.Time, max int) (entries []timeEntry, err error) {
	err = s.pages(ctx, s.entriesOf(index, shard, "<=", at, max), func(got *dynamodb.QueryOutput) (bool, error) {
		entries = append(entries, s.entries(ctx, index, got)...)
		return len(entries) < max, nil
	})
	return entries[:min(len(entries), max)], err
}

// entriesOf asks for a shard's entries that compare so to a time, soonest first, at most max in a page.
func (s *Store) entriesOf(index timeIndex, shard, compare string, at time.Time, max int) *dynamodb.QueryInput {
	var t terms
	return &dynamodb.QueryInput{
		TableName: &s.table, IndexName: &index.name, Limit: aws.Int32(int32(max)),
		KeyConditionExpression:   all(t.is(index.shard, text(shard)), t.attr(index.at)+" "+compare+" "+t.val(number(at.UnixMilli()))),
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
	}
}

// entries reads a page.
func (s *Store) entries(ctx context.Context, index timeIndex, got *dynamodb.QueryOutput) (entries []timeEntry) {
	for _, it := range got.Items {
		e, err := index.read(it)
		if err != nil { // what is no token can be helped by nobody, and stops none of the others
			s.log.WarnContext(ctx, "an entry of an index is not a token's", "table", s.table, "index", index.name)
			continue
		}
		entries = append(entries, e)
	}
	return entries
}

func (i timeIndex) read(it item) (e timeEntry, err error) {
	if e.prefix, err = prefixOf(it); err != nil {
		return e, err
	}
	r := &row{item: it, reads: true}
	r.moment(i.at, &e.at)
	return e, r.err
}
