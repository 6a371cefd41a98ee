package pat

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Replay asks that a repeat of this request gets the answer of the first instead of making another record.
type Replay struct {
	Key  string // 1 to 255 visible ASCII characters
	Body Hash   // of the request
}

// replayFor is how long an answer is repeated.
const replayFor = 10 * time.Minute

// replayKey is a Replay with the place and the cipher of its answer. A nil one stores nothing.
type replayKey struct {
	tag    Tag
	digest string
	body   Hash
	aead   cipher.AEAD
}

// sealedAnswer is what an answer holds, encrypted: it has a secret in it.
type sealedAnswer struct {
	Token  Token
	Secret string
}

func (a sealedAnswer) result() CreateResult {
	return CreateResult{Token: a.Token, Secret: NewSecret(a.Secret), Replayed: true}
}

// replay looks for the answer to an earlier request of the same owner with the same key. The caller must be
// able to give what that answer gives: it may have come with less than the first one had.
func (s *Service) replay(ctx context.Context, keys *Keys, c Caller, op string, r *Replay) (*replayKey, *sealedAnswer, error) {
	if r == nil {
		return nil, nil, nil
	}
	for i := range len(r.Key) {
		if r.Key[i] < 0x21 || r.Key[i] > 0x7e {
			return nil, nil, refuse(CodeUnreadable, "an idempotency key is visible ASCII")
		}
	}
	if r.Key == "" || len(r.Key) > 255 {
		return nil, nil, refuse(CodeUnreadable, "an idempotency key has 1 to 255 characters")
	}
	row, err := s.ensureOwner(ctx, c.Owner)
	if err != nil {
		return nil, nil, err
	}
	key, err := newReplayKey(keys.Seal, row, op, *r)
	if err != nil {
		return nil, nil, err
	}
	answer, err := s.store.Answer(ctx, row.Tag, key.digest)
	switch {
	case errors.Is(err, ErrNotFound):
		return key, nil, nil
	case err != nil:
		return nil, nil, unavailable("look for an earlier answer", err)
	case !s.now().Before(answer.Until):
		return key, nil, nil
	case !answer.Body.Equal(r.Body):
		return nil, nil, refuse(CodeIdempotencyReused, "this idempotency key was used with another request")
	}
	earlier, err := key.open(answer)
	if err != nil {
		return nil, nil, err
	}
	if !c.manages(earlier.Token.Owner) {
		return nil, nil, refuse(CodeForbidden, "the caller may not manage this owner's tokens any more")
	}
	var p problems
	s.excess(&p, c, earlier.Token)
	return key, earlier, excessive(p)
}

func newReplayKey(seal []byte, row Owner, op string, r Replay) (*replayKey, error) {
	digest := sha256.Sum256([]byte(op + "\x00" + string(row.ID) + "\x00" + r.Key))
	key, err := hkdf.Key(sha256.New, seal, []byte(r.Key), "latchkey idempotency answer", 32)
	if err != nil {
		return nil, fmt.Errorf("derive a key for an answer: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher for an answer: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher for an answer: %w", err)
	}
	return &replayKey{tag: row.Tag, digest: hex.EncodeToString(digest[:]), body: r.Body, aead: aead}, nil
}

// seal makes the answer to store with a result.
func (k *replayKey) seal(result CreateResult, rand io.Reader, now time.Time) (*Answer, error) {
	if k == nil {
		return nil, nil
	}
	plain, err := json.Marshal(sealedAnswer{result.Token, result.Secret.Reveal()})
	if err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	nonce := make([]byte, k.aead.NonceSize())
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return &Answer{Tag: k.tag, Key: k.digest, Body: k.body, Until: now.Add(replayFor),
		Sealed: k.aead.Seal(nonce, nonce, plain, []byte(k.digest))}, nil
}

func (k *replayKey) open(a Answer) (*sealedAnswer, error) {
	size := k.aead.NonceSize()
	if len(a.Sealed) < size {
		return nil, fmt.Errorf("open an answer: too short")
	}
	plain, err := k.aead.Open(nil, a.Sealed[:size], a.Sealed[size:], []byte(k.digest))
	if err != nil {
		return nil, fmt.Errorf("open an answer: %w", err)
	}
	var answer sealedAnswer
	if err := json.Unmarshal(plain, &answer); err != nil {
		return nil, fmt.Errorf("decode an answer: %w", err)
	}
	return &answer, nil
}
