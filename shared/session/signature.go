package session

import (
	"crypto/elliptic"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// signature is r and s, each in 32 bytes: how JOSE writes one by P-256 (RFC 7518 section 3.4).
type signature [64]byte

// fromDER reads an ECDSA-Sig-Value in its one encoding. A number that no signature has is refused, before it
// could be cut to fit.
func fromDER(der []byte) (signature, error) {
	var sequence cryptobyte.String
	var r, s big.Int
	in := cryptobyte.String(der)
	if !in.ReadASN1(&sequence, asn1.SEQUENCE) || !in.Empty() ||
		!sequence.ReadASN1Integer(&r) || !sequence.ReadASN1Integer(&s) || !sequence.Empty() {
		return signature{}, errors.New("it is not a pair of numbers in DER")
	}
	order := elliptic.P256().Params().N
	for _, n := range []*big.Int{&r, &s} {
		if n.Sign() <= 0 || n.Cmp(order) >= 0 {
			return signature{}, errors.New("a number in it is out of range")
		}
	}
	var sig signature
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return sig, nil
}
