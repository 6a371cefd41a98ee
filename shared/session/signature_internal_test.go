package session

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

type numbers struct{ R, S *big.Int }

// anyNumber is often at one of the ends of what is allowed, and of 32 bytes.
func anyNumber() *rapid.Generator[*big.Int] {
	ends := []*big.Int{new(big.Int), elliptic.P256().Params().N, new(big.Int).Lsh(big.NewInt(1), 256), new(big.Int).Lsh(big.NewInt(1), 248)}
	return rapid.Custom(func(t *rapid.T) *big.Int {
		if rapid.Bool().Draw(t, "at an end") {
			return new(big.Int).Add(rapid.SampledFrom(ends).Draw(t, "end"), big.NewInt(rapid.Int64Range(-2, 2).Draw(t, "beside it")))
		}
		n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes"))
		if rapid.IntRange(0, 9).Draw(t, "sign") == 0 {
			n.Neg(n)
		}
		return n
	})
}

func inRange(n *big.Int) bool { return n.Sign() > 0 && n.Cmp(elliptic.P256().Params().N) < 0 }

func TestNumbersInRangeComeBackInTheirPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := numbers{anyNumber().Draw(t, "r"), anyNumber().Draw(t, "s")}
		der, err := asn1.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := fromDER(der)
		if good := inRange(in.R) && inRange(in.S); good != (err == nil) {
			t.Fatalf("r %x, s %x: %v", in.R, in.S, err)
		} else if !good {
			return
		}
		if new(big.Int).SetBytes(sig[:32]).Cmp(in.R) != 0 || new(big.Int).SetBytes(sig[32:]).Cmp(in.S) != 0 {
			t.Fatalf("r %x, s %x became %x", in.R, in.S, sig)
		}
	})
}

func TestOneSignatureHasOneEncoding(t *testing.T) {
	for name, der := range map[string]string{
		"nothing":                "",
		"an empty pair":          "\x30\x00",
		"one number":             "\x30\x03\x02\x01\x01",
		"three numbers":          "\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01",
		"a number padded":        "\x30\x07\x02\x02\x00\x01\x02\x01\x01",
		"a number of no bytes":   "\x30\x05\x02\x00\x02\x01\x01",
		"a length in long form":  "\x30\x81\x06\x02\x01\x01\x02\x01\x01",
		"an indefinite length":   "\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00",
		"a set":                  "\x31\x06\x02\x01\x01\x02\x01\x01",
		"texts":                  "\x30\x06\x04\x01\x01\x04\x01\x01",
		"a length beyond":        "\x30\x07\x02\x01\x01\x02\x01\x01",
		"a byte after":           "\x30\x06\x02\x01\x01\x02\x01\x01\x00",
		"a byte after, inside":   "\x30\x07\x02\x01\x01\x02\x01\x01\x00",
		"a number that is -1":    "\x30\x06\x02\x01\xff\x02\x01\x01",
		"a pair within the pair": "\x30\x08\x30\x06\x02\x01\x01\x02\x01\x01",
	} {
		if _, err := fromDER([]byte(der)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if sig, err := fromDER([]byte("\x30\x06\x02\x01\x01\x02\x01\x02")); err != nil || sig[31] != 1 || sig[63] != 2 {
		t.Errorf("the smallest pair: %x, %v", sig, err)
	}
}

// FuzzSignature looks for bytes that are taken and are not the one encoding of what was read from them.
func FuzzSignature(f *testing.F) {
	f.Add([]byte("\x30\x06\x02\x01\x01\x02\x01\x02"))
	f.Add([]byte("\x30\x07\x02\x02\x00\x80\x02\x01\x01"))
	f.Add([]byte("\x30\x81\x06\x02\x01\x01\x02\x01\x01"))
	f.Fuzz(func(t *testing.T, der []byte) {
		sig, err := fromDER(der)
		if err != nil {
			return
		}
		again, err := asn1.Marshal(numbers{new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])})
		if err != nil || !bytes.Equal(again, der) {
			t.Errorf("%x was read as %x (%v)", der, again, err)
		}
	})
}
