package functions_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// idOf is the id of the event of a token's change.
func idOf(t pat.Token, version int, kind string) string {
	return fmt.Sprintf("%s-%d-%s", t.ID, version, kind)
}

// remove removes a token's record behind the store's back.
func (c *telling) remove(t pat.Token) {
	c.Helper()
	_, err := c.db.Client().DeleteItem(c.Context(), &dynamodb.DeleteItemInput{TableName: &c.table, Key: keysOf(t.Prefix)})
	c.must(err)
}

// make makes a token of a product that shows its secret again, and remembers what nobody may be told.
func (c *telling) make(ago, life time.Duration) pat.Token {
	c.Helper()
	admin := c.at(ago)
	admin.Product = pat.Product{Name: pat.Quay, Shape: pat.ShapeQuay, Reveals: true, Lasts: true}
	made, err := c.svc.Create(c.Context(), admin, pat.CreateRequest{Name: "ci", Scopes: []pat.Scope{"repo:read"}, Expiry: pat.Expiry{After: life}})
	c.must(err)
	if len(made.Token.Sealed) == 0 {
		c.Fatal("its secret is not sealed")
	}
	c.keep(made.Token, made.Secret)
	return made.Token
}

func (c *telling) rename(t pat.Token, ago time.Duration, name string) {
	c.Helper()
	_, err := c.svc.Patch(c.Context(), c.at(ago), pat.PatchRequest{ID: t.ID, Name: &name})
	c.must(err)
}

func (c *telling) use(t pat.Token) {
	c.Helper()
	c.must(c.TouchToken(c.Context(), t.Prefix, time.Time{}, pat.Usage{LastUsedAt: c.start.Truncate(time.Millisecond), LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.7")}}))
}

// TestEachChangeInTheTableIsTold, by the real stream of a table: all that can happen to a token becomes an event, a use of it none.
func TestEachChangeInTheTableIsTold(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	renamed, revoked, used := c.make(3*day, 90*day), c.make(3*day, 90*day), c.make(3*day, 90*day)
	noticed, ended := c.make(10*day, 16*day+12*time.Hour), c.make(40*day, 3*day)
	for range 3 {
		c.rename(renamed, day, "new")
	}
	c.must(c.svc.Delete(t.Context(), c.at(day), pat.DeleteRequest{ID: revoked.ID}))
	c.use(used)
	c.ago = 0
	for range 2 { // one is due twice
		_, _, err := c.svc.Notify(t.Context(), 100)
		c.must(err)
	}
	c.poll()
	c.remove(used)
	c.ttl[ended.Prefix] = true
	c.remove(ended)
	c.poll()

	c.tells(idOf(renamed, 1, "created"), idOf(renamed, 2, "updated"), idOf(renamed, 3, "updated"), idOf(renamed, 4, "updated"),
		idOf(revoked, 1, "created"), idOf(revoked, 2, "revoked"), idOf(used, 1, "created"), idOf(used, 2, "purged"),
		idOf(noticed, 1, "created"), idOf(noticed, 2, "expiring-7"), idOf(ended, 1, "created"), idOf(ended, 2, "expired"), idOf(ended, 3, "purged"))
	c.once()
	areValid(t, c.sink.Entries())
	c.nothingUntold()
	c.keepsSecrets()
	if n := c.poller.Counts(); n.Dropped <= 5+1 || n.Again > 0 || len(c.sink.Messages()) > 0 { // a note of each told token, a use, and what is no token
		t.Errorf("%+v, %d dead letters", n, len(c.sink.Messages()))
	}
	if n := c.counted("use#"); n != 1 {
		t.Errorf("the stream has %d uses", n)
	}
}

// counted is how many records of the stream say that they were written so.
func (c *telling) counted(wrote string) (n int) {
	c.Helper()
	for _, w := range c.written() {
		if s, ok := w.New["wrote"].(*types.AttributeValueMemberS); ok && strings.HasPrefix(s.Value, wrote) {
			n++
		}
	}
	return n
}

// TestTheEndOfARecordIsToldOnce, whoever removes it and whatever was told before.
func TestTheEndOfARecordIsToldOnce(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		marked, untold bool // by notify, as purged; its last change
		want           []string
	}{
		"marked and told":                 {true, false, nil},
		"marked and untold":               {true, true, []string{"3-purged"}},
		"never marked":                    {false, false, []string{"2-purged"}},
		"never marked, the change untold": {false, true, []string{"1-created", "2-purged"}},
	} {
		for who, byTTL := range map[string]bool{"by DynamoDB": true, "by hand": false} {
			t.Run(name+", "+who, func(t *testing.T) {
				t.Parallel()
				c := newTelling(t)
				token, version := c.make(40*day, 3*day), int64(1)
				if row.marked {
					c.ago = 0
					for range 2 {
						_, _, err := c.svc.Notify(t.Context(), 100)
						c.must(err)
					}
					version = 3
				}
				if !row.untold {
					c.must(c.Told(t.Context(), token.Prefix, version))
				}
				c.records() // which nobody hears
				c.ttl[token.Prefix] = byTTL
				c.remove(token)
				c.poll()
				c.poll()
				var want []string
				for _, end := range row.want {
					want = append(want, string(token.ID)+"-"+end)
				}
				c.tells(want...)
				c.once()
				areValid(t, c.sink.Entries())
				via := map[bool]string{true: `"via":"system"`, false: `"via":"table"`}[byTTL]
				for _, e := range c.sink.Entries() {
					if !row.marked && strings.Contains(e.DetailType, "purged") && !strings.Contains(e.Detail, via) {
						t.Errorf("it is not %s: %s", via, e.Detail)
					}
				}
				warned := strings.Contains(c.said.String(), "removed by hand")
				if want := !byTTL && !row.marked; warned != want {
					t.Errorf("warned: %t\n%s", warned, c.said)
				}
				c.keepsSecrets()
			})
		}
	}
}
