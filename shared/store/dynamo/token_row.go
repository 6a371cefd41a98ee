package dynamo

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// stamp is what a write leaves on its record beside the record's own fields.
type stamp struct {
	// wrote says what the last write was: a change, a use with an id, or that the last change was told. The filter of the
	// table's stream lets changes through alone.
	wrote string
	// change is the id of the last change: who finds his own knows that it was he.
	change string
	// untold is when the last change was made, or put into the stream again, while nobody knows its event to have been told.
	untold time.Time
}

const (
	attrWrote, attrChange = "wrote", "changeId"
	wroteChange, wroteUse = "change", "use#"
	wroteTold             = "told"
)

func (s *stamp) fields(r *row) {
	str(r, attrWrote, &s.wrote)
	r.unless(s.wrote == wroteChange || s.wrote == wroteTold || strings.HasPrefix(s.wrote, wroteUse), "it does not say what wrote it")
	str(r, attrChange, &s.change)
	r.unless(s.change != "", "it does not say who wrote it")
}

// tokenFields lists a token's attributes.
func tokenFields(r *row, t *pat.Token, s *stamp) {
	p := t.Prefix
	r.head(tokenKey(p))
	r.fixed(attrPrefixHead, text(string(p[:headLen])))
	r.fixed(attrPrefix, text(string(p)))
	str(r, "id", &t.ID)
	r.fixedBytes("hash", t.Hash[:])
	str(r, "owner", &t.Owner)
	str(r, "createdBy", &t.CreatedBy)
	str(r, "product", &t.Product)
	r.bytes("wire", &t.Wire)
	r.bytes("sealed", &t.Sealed)
	str(r, "name", &t.Name)
	str(r, "description", &t.Description)
	list(r, "scopes", &t.Scopes, str)
	list(r, "allowedIps", &t.AllowedIPs, func(r *row, name string, v *netip.Prefix) { parsed(r, name, v, networkText) })
	r.moment("notBefore", &t.NotBefore)
	r.moment("expiresAt", &t.ExpiresAt)
	r.limit("maxUses", &t.MaxUses)
	limitFields(r, &t.MaxCalls)
	r.flag("disabled", &t.Disabled)
	r.flag("suspended", &t.Suspended)
	r.flag("compromised", &t.Compromised)
	r.moment("revokedAt", &t.RevokedAt)
	r.moment("createdAt", &t.CreatedAt)
	r.moment("updatedAt", &t.UpdatedAt)
	r.count("version", &t.Version)
	r.count("ownerEpoch", &t.OwnerEpoch)
	r.group("lastChange", func(r *row) { changeFields(r, &t.LastChange) })
	retention(r, "purgeAt", &t.PurgeAt, pat.CollectAfter)
	due(r, t)
	untold(r, t, s)
	statusField(r, t)
	usageFields(r, &t.Usage)
	callFields(r, t.MaxCalls, &t.Usage.Calls)
	s.fields(r)
	checkToken(r, t)
}

// The attributes that conditions of use name.
const attrLastUsedAt, attrUses = "lastUsedAt", "uses"

// usageFields are those that no change of the token touches, beside its callFields.
func usageFields(r *row, u *pat.Usage) {
	r.moment(attrLastUsedAt, &u.LastUsedAt)
	list(r, "lastUsedIps", &u.LastUsedIPs, func(r *row, name string, v *netip.Addr) { parsed(r, name, v, addressText) })
	r.count(attrUses, &u.Uses)
}

func changeFields(r *row, c *pat.Change) {
	str(r, "kind", &c.Kind)
	str(r, "by", &c.By)
	str(r, "via", &c.Via)
	parsed(r, "ip", &c.IP, addressText)
	r.moment("at", &c.At)
	notice := c.Notice.Milliseconds()
	r.limit("noticeMs", &notice)
	c.Notice = time.Duration(notice) * time.Millisecond
}

// statusField is the state as it was at the last change, for those who look at the index; it decides nothing.
func statusField(r *row, t *pat.Token) {
	var status pat.Status
	if !r.reads {
		status = t.Status(t.LastChange.At)
	}
	str(r, "status", &status)
	r.unless(slices.Contains(pat.Statuses(), status), "the status is unknown")
}

// retention is the end of a record, and with some time more the same for DynamoDB, which collects by whole seconds and must
// not come too early.
func retention(r *row, name string, at *time.Time, more time.Duration) {
	r.moment(name, at)
	var ttl types.AttributeValue
	if !at.IsZero() {
		second := at.Add(time.Second - time.Millisecond)
		ttl = number(second.Add(more).Unix())
		if before := number(second.Unix()); r.reads && sameScalar(before, r.item[TTLAttribute]) { // a version before gave no more
			ttl = before
		}
	}
	r.fixed(TTLAttribute, ttl)
}

// due puts the token into the index of those that are to be announced, while there is anything to announce.
func due(r *row, t *pat.Token) {
	r.moment(attrDueAt, &t.DueAt)
	var shard types.AttributeValue
	if !t.DueAt.IsZero() {
		shard = text(shardOf(t.Prefix))
	}
	r.fixed(attrDueShard, shard)
}

// untold puts the token into the index of those whose last change is to be told. A record of a version before is in none.
func untold(r *row, t *pat.Token, s *stamp) {
	if !r.reads {
		s.untold = t.LastChange.At
	}
	r.moment(attrUntoldAt, &s.untold)
	var shard types.AttributeValue
	if !s.untold.IsZero() {
		shard = text(shardOf(t.Prefix))
	}
	r.fixed(attrUntoldShard, shard)
}

// checkToken finds what no token has; pat asks for the rest.
func checkToken(r *row, t *pat.Token) {
	id, ok := pat.ParseID(string(t.ID))
	r.unless(ok && id.Prefix() == t.Prefix, "the id is not the record's own")
	r.unless(t.Hash != pat.Hash{}, "there is no hash")
	r.unless(t.Owner != "" && t.CreatedBy != "", "there is no owner or no maker")
	r.unless(!t.CreatedAt.IsZero() && t.Version > 0, "there is no version or no time of creation")
	r.unless(t.LastChange.Kind != "", "there is no last change")
}

func encodeToken(t pat.Token, s stamp) (item, error) {
	t = t.Clone()
	return encode(func(r *row) { tokenFields(r, &t, &s) })
}

// decodeToken reads the record that lies at the prefix.
func decodeToken(it item, p pat.Prefix) (pat.Token, error) {
	if len(it) == 0 {
		return pat.Token{}, pat.ErrNotFound
	}
	t, _, err := readToken(it, p)
	return t, err
}

func readToken(it item, p pat.Prefix) (pat.Token, stamp, error) {
	t, s := pat.Token{Prefix: p}, stamp{}
	if err := decode(it, func(r *row) { tokenFields(r, &t, &s) }); err != nil {
		return pat.Token{}, stamp{}, err
	}
	return t, s, nil
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func networkText(p netip.Prefix) string {
	if !p.IsValid() {
		return ""
	}
	return p.String()
}
