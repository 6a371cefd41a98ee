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

// dueShards is how many partitions share the index of what is due, so that tokens made in a crowd do not all write to one.
// It can only grow: a record says its shard, and one of another is damaged.
const dueShards = 8

// dueShard is the one of a token's. A digest spreads also the tokens of one owner, whose prefixes are alike.
func dueShard(p pat.Prefix) string {
	return strconv.Itoa(int(crc32.ChecksumIEEE([]byte(p)) % dueShards))
}

// dueEntry is what the index says of a token.
type dueEntry struct {
	prefix pat.Prefix
	at     time.Time
}

// Due implements pat.Store: the soonest of each shard, and of those the soonest. No record is read.
func (s *Store) Due(ctx context.Context, at time.Time, max int) ([]pat.Prefix, error) {
	var entries []dueEntry
	err := s.call(ctx, "find tokens that are due", func(ctx context.Context) error {
		for shard := range dueShards {
			found, err := s.dueIn(ctx, strconv.Itoa(shard), at, max)
			if err != nil {
				return err
			}
			entries = append(entries, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b dueEntry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.prefix, b.prefix)) })
	var prefixes []pat.Prefix
	for _, e := range entries[:min(len(entries), max)] {
		prefixes = append(prefixes, e.prefix)
	}
	return prefixes, nil
}

// dueIn asks one shard.
func (s *Store) dueIn(ctx context.Context, shard string, at time.Time, max int) (entries []dueEntry, err error) {
	var t terms
	err = s.pages(ctx, &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(indexDue), Limit: aws.Int32(int32(max)),
		KeyConditionExpression:   all(t.is(attrDueShard, text(shard)), t.attr(attrDueAt)+" <= "+t.val(number(at.UnixMilli()))),
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
	}, func(got *dynamodb.QueryOutput) (bool, error) {
		for _, it := range got.Items {
			e, err := readDue(it)
			if err != nil { // what is no token can be announced by nobody, and stops none of the others
				s.log.WarnContext(ctx, "an entry of an index is not a token's", "table", s.table, "index", indexDue)
				continue
			}
			entries = append(entries, e)
		}
		return len(entries) < max, nil
	})
	return entries[:min(len(entries), max)], err
}

func readDue(it item) (e dueEntry, err error) {
	if e.prefix, err = prefixOf(it); err != nil {
		return e, err
	}
	r := &row{item: it, reads: true}
	r.moment(attrDueAt, &e.at)
	return e, r.err
}
