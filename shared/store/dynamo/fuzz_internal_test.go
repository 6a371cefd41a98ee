package dynamo

import (
	"bytes"
	"maps"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// FuzzDecodeToken puts anything in the place of an attribute of a good record: what is then still read is what is
// written again.
func FuzzDecodeToken(f *testing.F) {
	const p pat.Prefix = "0123456v00000001"
	at := time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC)
	id, err := pat.NewID(p, bytes.NewReader(make([]byte, 16)))
	if err != nil {
		f.Fatal(err)
	}
	whole, err := encodeToken(pat.Token{
		Prefix: p, ID: id, Hash: pat.Hash{1}, Owner: "user#alice", CreatedBy: "user#alice",
		Wire: []byte("wire"), Sealed: []byte("sealed"), Name: "deploy", Scopes: []pat.Scope{"repo:read"}, AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		ExpiresAt: at, MaxUses: 3, MaxCalls: counts{"repo:read": 3, "repo:write": 1}, Suspended: true, CreatedAt: at, Version: 1, PurgeAt: at,
		LastChange: pat.Change{Kind: pat.ChangeCreated, At: at, IP: netip.MustParseAddr("192.0.2.1")},
		Usage:      pat.Usage{LastUsedAt: at, LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Calls: counts{"repo:read": 4}},
	}, stamp{wrote: wroteChange, change: "id"})
	if err != nil {
		f.Fatal(err)
	}
	for name := range whole {
		for kind := range len(kinds("")) + 1 {
			f.Add(name, kind, "1")
		}
	}
	f.Fuzz(func(t *testing.T, name string, kind int, value string) {
		it := maps.Clone(whole)
		if of := kinds(value); kind >= 0 && kind < len(of) {
			it[name] = of[kind]
		} else {
			delete(it, name)
		}
		got, err := decodeToken(it, p)
		if err != nil {
			return
		}
		again, err := encodeToken(got, stamp{wrote: wroteChange, change: "id"})
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeToken(again, p); err != nil || !reflect.DeepEqual(back, got) {
			t.Errorf("%v: %+v became %+v", err, got, back)
		}
	})
}

// kinds are attributes of every kind that hold the value.
func kinds(value string) []types.AttributeValue {
	s := text(value)
	return []types.AttributeValue{
		s, &types.AttributeValueMemberN{Value: value}, &types.AttributeValueMemberB{Value: []byte(value)},
		&types.AttributeValueMemberBOOL{Value: value != ""}, &types.AttributeValueMemberNULL{Value: true},
		&types.AttributeValueMemberL{Value: []types.AttributeValue{s}}, &types.AttributeValueMemberM{Value: item{"kind": s, "ip": s}},
		&types.AttributeValueMemberM{Value: item{"repo:read": &types.AttributeValueMemberN{Value: value}}},
		&types.AttributeValueMemberSS{Value: []string{value}}, nil,
	}
}
