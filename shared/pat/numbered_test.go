package pat_test

import (
	"errors"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestNumberedPages(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	var ids []pat.ID // newest first
	for range 5 {
		ids = append([]pat.ID{w.create(hub).Token.ID}, ids...)
		w.clock.advance(time.Millisecond)
		w.create(w.as("alice")) // another product's, between them
		w.create(w.through(hubAPI, "bob"))
		w.clock.advance(time.Millisecond)
	}
	_, err := w.Patch(w.ctx, hub, pat.PatchRequest{ID: ids[0], Enabled: ptr(false)})
	w.must(err)
	for _, c := range []struct {
		page, size int
		want       []pat.ID
		more       bool
	}{
		{1, 2, ids[:2], true}, {2, 2, ids[2:4], true}, {3, 2, ids[4:], false}, {4, 2, nil, false},
		{1, 5, ids, false}, {1, 200, ids, false}, {5, 1, ids[4:], false}, {1 << 40, 200, nil, false},
	} {
		got, err := w.ListNumbered(w.ctx, hub, pat.NumberedRequest{Page: c.page, Size: c.size})
		w.must(err)
		gotIDs := []pat.ID(nil)
		for _, token := range got.Tokens {
			gotIDs = append(gotIDs, token.ID)
		}
		if diff := compare(c.want, gotIDs); diff != "" || got.Total != 5 || got.Enabled != 4 || got.More != c.more {
			t.Errorf("page %d of %d: %d tokens, %d enabled, more: %t, %s", c.page, c.size, got.Total, got.Enabled, got.More, diff)
		}
	}
}

func TestNumberedPagesAreRefused(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	for _, c := range []struct {
		req  pat.NumberedRequest
		want string
	}{
		{pat.NumberedRequest{Page: 0, Size: 1}, "page: 1 or more"}, {pat.NumberedRequest{Page: 1, Size: 0}, "pageSize: 1 to 200"},
		{pat.NumberedRequest{Page: 1, Size: 201}, "pageSize: 1 to 200"},
	} {
		_, err := w.ListNumbered(w.ctx, hub, c.req)
		w.refusedFields(err, pat.CodeInvalid, c.want)
	}
	_, err := w.ListNumbered(w.ctx, w.as("alice", "repo:read"), pat.NumberedRequest{Page: 1, Size: 1})
	w.refused(err, pat.CodeInsufficientScope)
	w.store.fail("Tokens", errors.New("the store is down"))
	_, err = w.ListNumbered(w.ctx, hub, pat.NumberedRequest{Page: 1, Size: 1})
	w.refused(err, pat.CodeUnavailable)
}

func TestWhoNeverHadATokenHasAnEmptyList(t *testing.T) {
	w := newWorld(t)
	w.identities["foreign.alice.x"] = pat.Identity{Issuer: "https://id.example", Subject: "alice"}
	credential := bearer(pat.NewSecret("foreign.alice.x"))
	credential.Product = hubAPI
	caller, err := w.Authenticate(w.ctx, credential)
	w.must(err)
	got, err := w.ListNumbered(w.ctx, caller, pat.NumberedRequest{Page: 1, Size: 10})
	w.must(err)
	if got.Total != 0 || got.More || len(got.Tokens) != 0 {
		t.Errorf("got %+v", got)
	}
}
