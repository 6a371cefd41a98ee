package streampoller

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// maxPayload bounds an event, in bytes (Lambda quotas: 6 MB, synchronous).
const maxPayload = 6 << 20

// Poller brings records to a function. One may have many shards at once.
type Poller struct {
	Mapping
	// Invoke runs the function on an event.
	Invoke func(ctx context.Context, event []byte) ([]byte, error)
	// Discard hears of a batch that is given up; nil: nobody does. It is called by one shard at a time.
	Discard func(Discarded)

	mu sync.Mutex
	n  Counts
}

// Counts is what a poller has done.
type Counts struct {
	Records     int // that the shards had
	Dropped     int // of them, by the filters
	Invocations int
	Again       int // records that were brought more than once, each time counted
	Discarded   int // records that were given up
}

// Discarded is the message about a batch that is given up. It has nothing of the records (AWS Lambda Developer Guide, "Retain
// discarded records").
type Discarded struct {
	RequestContext struct {
		Condition              string `json:"condition"`
		ApproximateInvokeCount int    `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	Version            string `json:"version"`
	DDBStreamBatchInfo struct {
		ShardID   string `json:"shardId"`
		Start     string `json:"startSequenceNumber"`
		End       string `json:"endSequenceNumber"`
		BatchSize int    `json:"batchSize"`
	} `json:"DDBStreamBatchInfo"`
}

// Counts returns what has been done so far.
func (p *Poller) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

func (p *Poller) count(add func(*Counts)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	add(&p.n)
}

// record is one with its number in the shard.
type record struct {
	text     []byte
	sequence string
}

// Shard brings a shard's records in their order, a batch when the one before it is done or given up. It returns early when the
// context ends. A record that has no sequence number is an error of the caller's; Lambda never has one.
func (p *Poller) Shard(ctx context.Context, id string, records [][]byte) error {
	var taken []record
	for _, text := range records {
		r, takes, err := p.read(text)
		if err != nil {
			return err
		}
		if takes {
			taken = append(taken, r)
		}
	}
	p.count(func(n *Counts) { n.Records += len(records); n.Dropped += len(records) - len(taken) })
	for len(taken) > 0 {
		batch := taken[:p.fitting(taken)]
		taken = taken[len(batch):]
		s := shard{p, ctx, id}
		if err := s.bring(batch, 0); err != nil {
			return err
		}
	}
	return nil
}

// read reads a record's number, and whether a filter takes it.
func (p *Poller) read(text []byte) (r record, takes bool, err error) {
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return r, false, fmt.Errorf("a shard has no such record: %w", err)
	}
	change, _ := value["dynamodb"].(map[string]any)
	sequence, _ := change["SequenceNumber"].(string)
	if sequence == "" {
		return r, false, errors.New("a shard has no record without a SequenceNumber")
	}
	takes = len(p.Filters) == 0 || slices.ContainsFunc(p.Filters, func(f Pattern) bool { return f.takes(value) })
	return record{text, sequence}, takes, nil
}

// fitting is how many of the records go into one event.
func (p *Poller) fitting(all []record) (n int) {
	size := len(event(nil))
	for n < min(len(all), p.BatchSize) {
		if size += len(all[n].text) + 1; size > maxPayload && n > 0 {
			break
		}
		n++
	}
	return n
}

func event(batch []record) []byte {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, r := range batch {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.text)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// shard is one on its way.
type shard struct {
	*Poller
	ctx context.Context
	id  string
}

// bring invokes the function on a batch until that is done or given up. A batch that is split, in halves or at the record that the
// function reports, has not been tried again by that ("Splitting a batch does not count towards the retry quota").
func (s shard) bring(batch []record, tries int) error {
	for {
		done, err := s.invoke(batch)
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if done == len(batch) {
			return nil
		}
		if err != nil && s.Bisect && len(batch) > 1 {
			s.again(len(batch))
			if err := s.bring(batch[:len(batch)/2], tries); err != nil {
				return err
			}
			return s.bring(batch[len(batch)/2:], tries)
		}
		batch = batch[done:]
		if done == 0 || !s.Bisect {
			tries++
		}
		if s.Retries != Endless && tries > s.Retries {
			s.discard(batch, tries)
			return nil
		}
		s.again(len(batch))
	}
}

// invoke runs the function, and returns how many records from the first on are done. An error is the function's.
func (s shard) invoke(batch []record) (done int, err error) {
	s.count(func(n *Counts) { n.Invocations++ })
	answer, err := s.Invoke(s.ctx, event(batch))
	switch {
	case err != nil:
		return 0, err
	case !s.Partial:
		return len(batch), nil
	}
	return checkpoint(batch, answer)
}

// checkpoint is the first of the records that the function reports. An answer that reports what is not in the batch, or cannot
// be read, is as good as a failure of the whole; one that reports nothing, or is null, is a success.
func checkpoint(batch []record, answer []byte) (int, error) {
	var said *struct {
		Failures []struct {
			Sequence *string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return 0, fmt.Errorf("the answer cannot be read: %w", err)
	}
	first := len(batch)
	if said == nil {
		return first, nil
	}
	for _, failure := range said.Failures {
		at := slices.IndexFunc(batch, func(r record) bool { return failure.Sequence != nil && *failure.Sequence == r.sequence })
		if at < 0 {
			return 0, errors.New("the answer reports a record that is not in the batch")
		}
		first = min(first, at)
	}
	return first, nil
}

func (s shard) again(n int) { s.count(func(c *Counts) { c.Again += n }) }

func (s shard) discard(batch []record, tries int) {
	var d Discarded
	d.RequestContext.Condition, d.RequestContext.ApproximateInvokeCount, d.Version = "RetryAttemptsExhausted", tries, "1.0"
	info := &d.DDBStreamBatchInfo
	info.ShardID, info.BatchSize = s.id, len(batch)
	info.Start, info.End = batch[0].sequence, batch[len(batch)-1].sequence
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n.Discarded += len(batch)
	if s.Discard != nil {
		s.Discard(d)
	}
}
