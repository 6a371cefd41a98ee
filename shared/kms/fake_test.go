package kms_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"latchkey/shared/kms"
	"latchkey/shared/pat"
	"latchkey/shared/session"
)

const arn = "arn:aws:kms:ap-southeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fake speaks the JSON protocol of AWS KMS, as one key. A test may put other answers before its own.
type fake struct {
	t       *testing.T
	client  *kms.Client
	private *ecdsa.PrivateKey

	mu      sync.Mutex
	asked   []question
	answers []answer // for the next calls; the last one for all that follow
}

// question is what a call asked.
type question struct {
	Action, Scope                        string // the header that names the action, and what the call was signed for
	KeyID, MessageType, SigningAlgorithm string
	Message                              []byte
	EncryptionContext                    map[string]string
	Plaintext, CiphertextBlob            []byte
}

type answer func(f *fake, w http.ResponseWriter, r *http.Request, q question)

// newFake starts a fake, and makes a client of it that gives up within the time (0: the usual).
func newFake(t *testing.T, call time.Duration, answers ...answer) *fake {
	f := &fake{t: t, private: newKey(t), answers: answers}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_KMS", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "testing")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "testing")
	t.Setenv("AWS_REGION", "us-east-1") // not the key's
	t.Setenv("AWS_MAX_ATTEMPTS", "9")   // more than ours
	var err error
	if f.client, err = kms.New(t.Context(), kms.Options{Call: call}); err != nil {
		t.Fatal(err)
	}
	return f
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // to the end, or the server does not see a client leave
	var in struct {
		KeyId, MessageType, SigningAlgorithm string
		Message                              []byte
		EncryptionContext                    map[string]string
		Plaintext, CiphertextBlob            []byte
	}
	if err != nil || json.Unmarshal(body, &in) != nil {
		f.t.Errorf("asked with a body that cannot be read: %q, %v", body, err)
	}
	q := question{r.Header.Get("X-Amz-Target"), r.Header.Get("Authorization"), in.KeyId, in.MessageType, in.SigningAlgorithm, in.Message,
		in.EncryptionContext, in.Plaintext, in.CiphertextBlob}
	f.mu.Lock()
	f.asked = append(f.asked, q)
	next := truly
	if len(f.answers) > 0 {
		next = f.answers[0]
	}
	if len(f.answers) > 1 {
		f.answers = f.answers[1:]
	}
	f.mu.Unlock()
	next(f, w, r, q)
}

func (f *fake) questions() []question {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// stored is the key as Bootstrap puts it into the store.
func (f *fake) stored() pat.SigningKey {
	return pat.SigningKey{ID: "k1", Public: f.public(), KMS: arn, CreatedAt: noon}
}

func (f *fake) public() []byte {
	der, err := x509.MarshalPKIXPublicKey(&f.private.PublicKey)
	if err != nil {
		f.t.Error(err)
	}
	return der
}

// signer signs with the fake's key.
func (f *fake) signer() *session.Signer { return session.New(f.ring(), "urn:latchkey", f.client) }

// reader reads what the fake's key signed, and signs nothing.
func (f *fake) reader() *session.Signer { return session.New(f.ring(), "urn:latchkey", nil) }

func (f *fake) ring() *pat.KeyRing {
	return pat.NewKeyRing(stub{keys: pat.Keys{Signing: []pat.SigningKey{f.stored()}}})
}

// stub is a store that holds service keys and nothing else.
type stub struct {
	pat.Store
	keys pat.Keys
}

func (s stub) Keys(context.Context) (pat.Keys, error) { return s.keys, nil }

func aSession() pat.Session {
	return pat.Session{ID: "0f1e2d", Owner: "user#alice", Epoch: 3, IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)}
}
