package dynamo

import (
	"encoding"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is a record in DynamoDB's own terms.
type item = map[string]types.AttributeValue

// The years of the times in a record.
const firstYear, lastYear = 1970, 9999

// rowFormat is the version of the records, which each of them says.
const rowFormat = 1

// row is a record on its way into an item or out of it. The fields of a kind of record are listed once, in a
// function that both ways run; so what is written and what is read cannot differ. An attribute that is not set is
// absent; one that is there and not of the listed type, or not listed at all, is damage.
type row struct {
	item  item
	reads bool
	names []string // of all fields, set or not
	err   error    // the first that was found
}

// encode makes an item, unless decode would refuse it.
func encode(fields func(*row)) (item, error) {
	r := &row{item: item{}}
	fields(r)
	return r.item, r.err
}

// decode reads an item whole, or not at all.
func decode(it item, fields func(*row)) error {
	r := &row{item: it, reads: true}
	fields(r)
	r.ends()
	return r.err
}

// ends refuses what is there beyond the fields.
func (r *row) ends() {
	known := 0
	for _, name := range r.names {
		if _, ok := r.item[name]; ok {
			known++
		}
	}
	r.unless(known == len(r.item), "it has an attribute that this version does not know")
}

func (r *row) unless(ok bool, what string) {
	if !ok && r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrDamaged, what)
	}
}

// field passes one attribute: into the item if it is set, or out of it through read.
func (r *row) field(name string, set bool, value types.AttributeValue, read func(types.AttributeValue) bool) {
	r.names = append(r.names, name)
	if r.reads {
		if v, ok := r.item[name]; ok {
			r.unless(read(v), "the attribute "+name+" is malformed")
		}
	} else if set {
		r.item[name] = value
	}
}

// head is what every record begins with: where it lies, and its format.
func (r *row) head(k key) {
	r.fixed(attrPK, text(k.pk))
	r.fixed(attrSK, text(k.sk))
	r.fixed("v", number(rowFormat))
}

// fixed is an attribute that says what is known already; nil: it is not there.
func (r *row) fixed(name string, want types.AttributeValue) {
	found := false
	r.field(name, want != nil, want, func(v types.AttributeValue) bool {
		found = true
		return want != nil && sameScalar(v, want)
	})
	r.unless(found == (want != nil) || !r.reads, "the attribute "+name+" is missing")
}

func sameScalar(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		return ok && a.Value == b.Value
	}
	return false
}

func (r *row) flag(name string, v *bool) {
	r.field(name, *v, &types.AttributeValueMemberBOOL{Value: true}, func(a types.AttributeValue) bool {
		b, ok := a.(*types.AttributeValueMemberBOOL)
		*v = ok && b.Value
		return *v
	})
}

// count is a number that is always there.
func (r *row) count(name string, v *int64) {
	found := false
	r.field(name, true, number(*v), func(a types.AttributeValue) (ok bool) {
		found = true
		*v, ok = readNumber(a)
		return ok && *v >= 0
	})
	r.unless(found || !r.reads, "the attribute "+name+" is missing")
}

// limit is a number that is there unless it is 0.
func (r *row) limit(name string, v *int64) {
	r.field(name, *v != 0, number(*v), func(a types.AttributeValue) (ok bool) {
		*v, ok = readNumber(a)
		return ok && *v > 0
	})
}

// moment is a time in milliseconds of the epoch. One that is there is never the zero time, which would read as none:
// a token that has not been revoked.
func (r *row) moment(name string, v *time.Time) {
	r.unless(v.Equal(v.Truncate(time.Millisecond)), "the time "+name+" is finer than a millisecond")
	r.field(name, !v.IsZero(), number(v.UnixMilli()), func(a types.AttributeValue) bool {
		ms, ok := readNumber(a)
		*v = time.UnixMilli(ms).UTC()
		return ok && !v.IsZero()
	})
	r.unless(v.IsZero() || firstYear <= v.Year() && v.Year() <= lastYear, "the time "+name+" is out of all bounds")
}

func (r *row) bytes(name string, v *[]byte) {
	r.field(name, len(*v) > 0, &types.AttributeValueMemberB{Value: append([]byte(nil), *v...)}, func(a types.AttributeValue) bool {
		b, ok := a.(*types.AttributeValueMemberB)
		if ok {
			*v = b.Value
		}
		return ok && len(b.Value) > 0
	})
}

// fixedBytes are as many bytes as v has, and always there.
func (r *row) fixedBytes(name string, v []byte) {
	b := v
	if r.reads {
		b = nil
	}
	r.bytes(name, &b)
	r.unless(len(b) == len(v), "the attribute "+name+" is missing or has another length")
	copy(v, b)
}

// str is any kind of text.
func str[T ~string](r *row, name string, v *T) {
	r.field(name, *v != "", text(string(*v)), func(a types.AttributeValue) bool {
		s, ok := a.(*types.AttributeValueMemberS)
		if ok {
			*v = T(s.Value)
		}
		return ok && s.Value != ""
	})
	r.unless(utf8.ValidString(string(*v)), "the text "+name+" is not UTF-8")
}

// parsed is a value that is written as text and has an empty text when it is not set.
func parsed[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](r *row, name string, v *T, write func(T) string) {
	var s string
	if !r.reads {
		s = write(*v)
	}
	str(r, name, &s)
	if r.reads && s != "" {
		r.unless(P(v).UnmarshalText([]byte(s)) == nil && write(*v) == s, "the attribute "+name+" is malformed")
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func readNumber(a types.AttributeValue) (int64, bool) {
	s, ok := a.(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(s.Value, 10, 64)
	return n, err == nil
}
