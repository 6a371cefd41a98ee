package kms_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/asn1"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
)

// truly answers as KMS does when all is well.
func truly(f *fake, w http.ResponseWriter, _ *http.Request, q question) {
	if strings.HasSuffix(q.Action, ".GetPublicKey") {
		describes("SIGN_VERIFY", "ECDSA_SHA_256")(f, w, nil, q)
		return
	}
	signs(f.private, func([]byte) {})(f, w, nil, q)
}

// signs answers with the key's signature of the digest that edit makes of the one that was sent.
func signs(key *ecdsa.PrivateKey, edit func(digest []byte)) answer {
	return func(f *fake, w http.ResponseWriter, _ *http.Request, q question) {
		edit(q.Message)
		der, err := ecdsa.SignASN1(rand.Reader, key, q.Message)
		if err != nil {
			f.t.Error(err)
		}
		write(w, http.StatusOK, map[string]any{"KeyId": q.KeyID, "Signature": der, "SigningAlgorithm": q.SigningAlgorithm})
	}
}

// bent answers with what edit makes of a good signature.
func bent(edit func(der []byte) []byte) answer {
	return func(f *fake, w http.ResponseWriter, _ *http.Request, q question) {
		der, err := ecdsa.SignASN1(rand.Reader, f.private, q.Message)
		if err != nil {
			f.t.Error(err)
		}
		write(w, http.StatusOK, map[string]any{"Signature": edit(der)})
	}
}

// pair answers with what edit makes of the numbers of a good signature.
func pair(edit func(r, s *big.Int)) answer {
	return bent(func(der []byte) []byte {
		var p struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &p); err != nil {
			return nil
		}
		edit(p.R, p.S)
		out, err := asn1.Marshal(p)
		if err != nil {
			return nil
		}
		return out
	})
}

// describes answers with the fake's public half, as a key for that use.
func describes(usage string, algorithms ...string) answer {
	return func(f *fake, w http.ResponseWriter, _ *http.Request, q question) {
		write(w, http.StatusOK, map[string]any{"KeyId": q.KeyID, "PublicKey": f.public(), "KeyUsage": usage, "SigningAlgorithms": algorithms})
	}
}

// fails answers with an error of KMS.
func fails(status int, kind string) answer {
	return func(_ *fake, w http.ResponseWriter, _ *http.Request, _ question) {
		write(w, status, map[string]any{"__type": kind, "message": "as KMS puts it"})
	}
}

// hangs answers only when nobody waits any more.
func hangs(_ *fake, _ http.ResponseWriter, r *http.Request, _ question) { <-r.Context().Done() }

func says(text string) answer {
	return func(_ *fake, w http.ResponseWriter, _ *http.Request, _ question) { _, _ = w.Write([]byte(text)) }
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
