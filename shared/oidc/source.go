package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxKeys    = 100
	minRSABits = 2048 // RFC 7518 sections 3.3 and 3.5
)

// source is where the issuer's keys are published.
type source struct {
	issuer string
	client *http.Client
}

func newSource(issuer string, client *http.Client) source {
	return source{issuer, boundedClient(client, onThisMachine(issuer))}
}

// keys asks the issuer where its keys are, each time anew since it may move them, and fetches them.
func (s source) keys(ctx context.Context) ([]jose.JSONWebKey, error) {
	provider, err := coreos.NewProvider(coreos.ClientContext(ctx, s.client), s.issuer)
	if mismatch, ok := errors.AsType[*coreos.IssuerMismatchError](err); ok {
		return nil, fmt.Errorf("discover: the issuer calls itself %.200q", mismatch.Discovered)
	}
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	var document struct {
		KeysURL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	if document.KeysURL == "" {
		return nil, errors.New("discover: the document has no jwks_uri")
	}
	body, err := s.get(ctx, document.KeysURL)
	if err != nil {
		return nil, fmt.Errorf("get the key set: %w", err)
	}
	return parseKeys(body)
}

func (s source) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// parseKeys takes the keys that can verify a signature. The others are passed over, as RFC 7517 section 5
// asks; that none is left is an error, so that an issuer's slip does not count as its word.
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("parse the key set: %w", err)
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("parse the key set: more than %d keys", maxKeys)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && (k.Use == "" || k.Use == "sig") && isPublic(k.Key) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("parse the key set: no key in it can verify a signature")
	}
	return keys, nil
}

// isPublic passes over shared secrets, private keys that should not be there, and RSA keys that are too short.
func isPublic(key any) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false
}
