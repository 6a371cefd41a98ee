package dynamo_test

import (
	"slices"
	"strconv"
	"testing"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// crowd is more than a page: tokens of two owners under one tag, and users.
type crowd struct {
	*rig
	alice, bob   pat.Owner
	alices, bobs []pat.Token // rising
	users        []string
}

func newCrowd(t *testing.T) *crowd {
	c := &crowd{rig: newRig(t)}
	c.alice = c.owner("user#alice")
	c.bob = c.alice
	c.bob.ID = "user#bob"
	c.must(c.PutOwner(t.Context(), c.bob, 0, pat.Standing{}))
	for second := range 9 {
		c.alices = append(c.alices, c.create(&c.alice, c.draft(c.alice, 2*second)))
		c.bobs = append(c.bobs, c.create(&c.bob, c.draft(c.bob, 2*second+1)))
	}
	c.users = []string{"alice", "bob"}
	for i := range 7 {
		name := "user" + strconv.Itoa(i)
		c.owner(pat.UserID(name))
		c.users = append(c.users, name)
	}
	return c
}

// whole looks at all listings.
func (c *crowd) whole(max int) {
	c.Helper()
	ctx := c.Context()
	want := slices.Clone(c.alices)
	slices.Reverse(want)
	c.same("tokens", c.walk(c.alice, max), want)
	n, err := c.CountLive(ctx, c.bob.ID, c.bob.Tag, noon())
	c.must(err)
	c.same("live", n, len(c.bobs))
	everyone := slices.Concat(c.alices, c.bobs)
	slices.SortFunc(everyone, func(a, b pat.Token) int { return a.CreatedAt.Compare(b.CreatedAt) })
	found, err := c.FindTokens(ctx, string(c.alice.Tag), "", 100)
	c.must(err)
	c.same("found", found, everyone)
	found, err = c.FindTokens(ctx, string(c.alice.Tag), everyone[3].Prefix, 4)
	c.must(err)
	c.same("found above", found, everyone[4:8])
	users, err := c.Users(ctx, "", max)
	c.must(err)
	var names []string
	for _, o := range users {
		names = append(names, o.ID.Name())
	}
	c.same("users", names, c.users[:min(max, len(c.users))])
}

func TestListingsAreWholeHoweverShortThePages(t *testing.T) {
	for _, size := range []int{1, 2, 5} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			c := newCrowd(t)
			c.proxy.Fail("Query", faultproxy.Always, faultproxy.Short(size))
			c.proxy.Fail("BatchGetItem", faultproxy.Always, faultproxy.Unprocessed(size))
			for _, max := range []int{1, 3, 100} {
				c.whole(max)
			}
		})
	}
}

func TestMoreThanABatchIsReadInSeveral(t *testing.T) {
	c := newCrowd(t)
	for i := range 95 {
		c.create(&c.alice, c.draft(c.alice, 100+i))
	}
	n := c.calls("BatchGetItem", func() {
		found, err := c.FindTokens(t.Context(), string(c.alice.Tag), "", 200)
		c.must(err)
		c.same("found", len(found), 113)
	})
	c.same("batches", n, 2)
}

func TestABatchThatReadsNothingIsAnError(t *testing.T) {
	c := newCrowd(t)
	c.proxy.Fail("BatchGetItem", faultproxy.Always, faultproxy.Unprocessed(0))
	n := c.calls("BatchGetItem", func() {
		_, err := c.FindTokens(t.Context(), string(c.alice.Tag), "", 100)
		c.unjudged("find", err)
		_, err = c.Users(t.Context(), "", 100)
		c.unjudged("list users", err)
	})
	c.same("times sent", n, 6)
}

// The index may still name a record that is gone, or not name one that is there.
func TestWhatTheIndexNamesAndIsGoneIsLeftOut(t *testing.T) {
	c := newCrowd(t)
	gone := c.alices[0].Prefix
	c.proxy.Fail("BatchGetItem", 1, func(r faultproxy.Request) *faultproxy.Answer {
		c.remove(string(gone.Tag()), "tok#"+string(gone[pat.TagLen:]))
		return r.Forward(r.Body)
	})
	found, err := c.FindTokens(t.Context(), string(c.alice.Tag), "", 3)
	c.must(err)
	c.same("found", found, []pat.Token{c.bobs[0], c.alices[1], c.bobs[1]})
}
