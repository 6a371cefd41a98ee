package stream_test

import (
	"encoding/base64"
	"maps"
	"testing"

	"github.com/go-json-experiment/json"
)

// row is that of a token as the stream shows it. Its attributes are those of a row that the store wrote.
func row(t testing.TB, edits ...func(map[string]any)) map[string]any {
	t.Helper()
	it := map[string]any{
		"pk": s("0123456v"), "sk": s("tok#00000001"), "v": n("1"), "prefixHead": s("0123"), "prefix": s("0123456v00000001"),
		"id": s("00443214-df00-8000-8000-040000000000"), "hash": b(make32(1)), "owner": s("user#alice"), "createdBy": s("user#alice"),
		"name": s("deploy"), "scopes": map[string]any{"L": []any{s("repo:read")}}, "expiresAt": n("1773489600123"), "purgeAt": n("1776081600123"),
		"ttl": n("1776686401"), "dueAt": n("1773489600123"), "dueShard": s("6"), "createdAt": n("1770897600123"), "updatedAt": n("1770897600123"),
		"version": n("3"), "ownerEpoch": n("1"), "uses": n("0"), "status": s("active"), "wrote": s("change"), "changeId": s("id"),
		"untoldAt": n("1770897600123"), "untoldShard": s("6"),
		"lastChange": map[string]any{"M": map[string]any{"kind": s("updated"), "by": s("user#alice"), "via": s("session"), "ip": s("192.0.2.7"), "at": n("1770897600123")}},
	}
	for _, edit := range edits {
		edit(it)
	}
	return it
}

func s(v string) map[string]any { return map[string]any{"S": v} }
func n(v string) map[string]any { return map[string]any{"N": v} }
func b(v []byte) map[string]any { return map[string]any{"B": base64.StdEncoding.EncodeToString(v)} }

func make32(first byte) []byte { return append([]byte{first}, make([]byte, 31)...) }

func set(name string, v any) func(map[string]any) { return func(m map[string]any) { m[name] = v } }

func without(names ...string) func(map[string]any) {
	return func(m map[string]any) {
		for _, name := range names {
			if _, ok := m[name]; !ok {
				panic("there is no " + name)
			}
			delete(m, name)
		}
	}
}

// told is a row of whose last change it is known that it was told.
func told(m map[string]any) {
	without("untoldAt", "untoldShard")(m)
	m["wrote"] = s("told")
}

// record is one of the stream; edits are of its members.
func record(t testing.TB, name string, now, before map[string]any, edits ...func(map[string]any)) []byte {
	t.Helper()
	change := map[string]any{"ApproximateCreationDateTime": 1776700000, "SequenceNumber": "111100000000000000000001", "SizeBytes": 100,
		"StreamViewType": "NEW_AND_OLD_IMAGES"}
	for _, image := range []map[string]any{now, before} {
		if image != nil {
			change["Keys"] = map[string]any{"pk": image["pk"], "sk": image["sk"]}
		}
	}
	if now != nil {
		change["NewImage"] = now
	}
	if before != nil {
		change["OldImage"] = before
	}
	r := map[string]any{"eventID": "event", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
		"eventSourceARN": "arn", "dynamodb": change}
	for _, edit := range edits {
		edit(r)
	}
	text, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// in edits what is inside of a record.
func in(edit func(map[string]any)) func(map[string]any) {
	return func(r map[string]any) {
		inner := maps.Clone(r["dynamodb"].(map[string]any))
		edit(inner)
		r["dynamodb"] = inner
	}
}

func byTTL(r map[string]any) {
	r["userIdentity"] = map[string]any{"type": "Service", "principalId": "dynamodb.amazonaws.com"}
}
