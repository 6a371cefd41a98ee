package dynamo

import (
	"context"

	"latchkey/shared/pat"
)

// answerFields lists an answer's attributes. What it says is sealed before it comes here.
func answerFields(r *row, a *pat.Answer) {
	r.head(answerKey(a.Tag, a.Key))
	r.fixedBytes("body", a.Body[:])
	r.bytes("sealed", &a.Sealed)
	retention(r, "until", &a.Until, 0)
	r.unless(len(a.Tag) == pat.TagLen && a.Key != "", "there is no key")
	r.unless(len(a.Sealed) > 0 && !a.Until.IsZero(), "there is no answer or no end to it")
}

func encodeAnswer(a pat.Answer) (item, error) {
	return encode(func(r *row) { answerFields(r, &a) })
}

func decodeAnswer(it item, tag pat.Tag, key string) (pat.Answer, error) {
	if len(it) == 0 {
		return pat.Answer{}, pat.ErrNotFound
	}
	a := pat.Answer{Tag: tag, Key: key}
	if err := decode(it, func(r *row) { answerFields(r, &a) }); err != nil {
		return pat.Answer{}, err
	}
	return a, nil
}

// Answer implements pat.Store.
func (s *Store) Answer(ctx context.Context, tag pat.Tag, key string) (a pat.Answer, err error) {
	err = s.call(ctx, "get answer", func(ctx context.Context) error {
		it, err := s.get(ctx, answerKey(tag, key))
		if err != nil {
			return err
		}
		a, err = decodeAnswer(it, tag, key)
		return err
	})
	return a, err
}
