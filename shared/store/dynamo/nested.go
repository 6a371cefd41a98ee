package dynamo

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// group is a record within a record.
func (r *row) group(name string, fields func(*row)) {
	if !r.reads {
		inner := r.within(item{}, fields)
		r.field(name, true, &types.AttributeValueMemberM{Value: inner}, nil)
		return
	}
	found := false
	r.field(name, true, nil, func(a types.AttributeValue) bool {
		m, ok := a.(*types.AttributeValueMemberM)
		if found = ok; ok {
			r.within(m.Value, fields)
		}
		return ok
	})
	r.unless(found, "the attribute "+name+" is missing")
}

// within runs the fields of an inner record, whose errors are the outer one's.
func (r *row) within(it item, fields func(*row)) item {
	inner := &row{item: it, reads: r.reads}
	fields(inner)
	if r.reads {
		inner.ends()
	}
	if r.err == nil {
		r.err = inner.err
	}
	return inner.item
}

// list is any number of values, each of which is one field of a row of its own.
func list[T any](r *row, name string, v *[]T, element func(r *row, name string, v *T)) {
	var values []types.AttributeValue
	for i := range *v {
		one := r.within(item{}, func(r *row) { element(r, "0", &(*v)[i]) })
		r.unless(len(one) == 1, "the list "+name+" has an empty element")
		values = append(values, one["0"])
	}
	r.field(name, len(*v) > 0, &types.AttributeValueMemberL{Value: values}, func(a types.AttributeValue) bool {
		l, ok := a.(*types.AttributeValueMemberL)
		if !ok || len(l.Value) == 0 {
			return false
		}
		*v = make([]T, len(l.Value))
		for i := range l.Value {
			at := strconv.Itoa(i)
			r.within(item{at: l.Value[i]}, func(r *row) { element(r, at, &(*v)[i]) })
		}
		return true
	})
}
