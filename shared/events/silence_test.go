package events_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// Of a token of any product nothing is told but what may be: no piece of its string beyond the public one, of its hash, of what
// is sealed, or of what its dialect keeps.
func TestNoEventHasAPieceOfASecret(t *testing.T) {
	shapes := map[pat.ProductName]pat.Shape{pat.Native: pat.ShapeNative, pat.DockerHub: pat.ShapeDockerHub, pat.Quay: pat.ShapeQuay,
		pat.Authlance: pat.ShapeAuthlance, pat.HOPRd: pat.ShapeHOPRd}
	if len(shapes) != len(pat.Products())+1 {
		t.Fatal("a product is missing")
	}
	rapid.Check(t, func(t *rapid.T) {
		chance := rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%032d", rapid.Uint64().Draw(t, "seed")))))
		bytes := func(n int) []byte {
			raw := make([]byte, n)
			_, _ = chance.Read(raw)
			return raw
		}
		product := rapid.SampledFrom(append(pat.Products(), pat.Native)).Draw(t, "product")
		tag, err := pat.NewTag(chance)
		prefix, err2 := pat.NewPrefix(tag, noon(), chance)
		id, err3 := pat.NewID(prefix, chance)
		secret, err4 := pat.NewStrings("pat", [][]byte{bytes(32)}).Mint(shapes[product], prefix, chance)
		for _, err := range []error{err, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		hash := secret.Hash()
		token := pat.Token{
			Prefix: prefix, ID: id, Hash: hash, Owner: "group#7", CreatedBy: "user#alice", Product: product,
			Wire: bytes(64), Sealed: bytes(64), Name: "deploy", Description: hex.EncodeToString(bytes(16)), Version: 3,
			ExpiresAt: noon().Add(time.Hour), Compromised: rapid.Bool().Draw(t, "compromised"),
			LastChange: pat.Change{Kind: rapid.SampledFrom(kinds()).Draw(t, "kind"), By: "user#bob", Via: "token:" + string(id), At: noon(), Notice: 24 * time.Hour},
		}
		event, err := events.New(source, events.Of(token))
		if err != nil {
			t.Fatal(err)
		}
		text, err := event.JSON()
		if err != nil {
			t.Fatal(err)
		}
		hidden := strings.Split(strings.ToLower(secret.Reveal()), string(prefix)) // Quay's has it in capitals
		for _, raw := range [][]byte{hash[:], token.Wire, token.Sealed} {
			hidden = append(hidden, hex.EncodeToString(raw), strings.ToLower(base64.StdEncoding.EncodeToString(raw)), strings.ToLower(base64.URLEncoding.EncodeToString(raw)))
		}
		told := strings.ToLower(string(text))
		for _, whole := range append(hidden, token.Description) {
			for i := range max(0, len(whole)-11) {
				if strings.Contains(told, whole[i:i+12]) {
					t.Fatalf("%q is in %s", whole[i:i+12], text)
				}
			}
		}
	})
}
