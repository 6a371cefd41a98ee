package hoprd

import (
	"math"
	"slices"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// What one token can have of each. Its capabilities must fit into what a token keeps, besides.
const (
	maxCapabilities = 64
	maxLimits       = 16
	maxCalls        = math.MaxInt32 // clients hold it in 32 bits
)

// fields gathers what is wrong with the values of a request, the first of each kind. The client is told no more than that
// something is.
type fields struct{ dialect.Fields }

func (f *fields) unless(ok bool, name, detail string) {
	if !ok && !slices.ContainsFunc(f.Fields, func(e pat.FieldError) bool { return e.Field == name }) {
		f.Add(name, detail)
	}
}

func (f *fields) capabilities(in []capabilityBody) []capability {
	if len(in) == 0 || len(in) > maxCapabilities {
		f.unless(false, "capabilities", "1 to 64")
		return nil
	}
	out := make([]capability, len(in))
	for i, c := range in {
		f.unless(slices.Contains(operations, c.Endpoint.Value), "endpoint", "one of the node's operations")
		f.unless(len(c.Others) == 0, "capabilities", "endpoint and limits alone")
		out[i] = capability{Operation: c.Endpoint.Value, Limits: f.limits(c.Limits)}
	}
	return out
}

func (f *fields) limits(in dialect.Optional[[]limitBody]) []int64 {
	if !in.Set {
		return nil
	}
	f.unless(len(in.Value) > 0 && len(in.Value) <= maxLimits, "limits", "1 to 16")
	var out []int64
	for _, l := range in.Value[:min(len(in.Value), maxLimits)] {
		limit := l.Conditions.Value
		f.unless(l.Type.Value == "calls", "type", "calls")
		f.unless(limit.Max.Value >= 1 && limit.Max.Value <= maxCalls, "max", "1 to 2147483647")
		f.unless(l.Used.Value >= 0 && !l.Used.Null, "used", "a whole number")
		f.unless(len(l.Others) == 0 && len(limit.Others) == 0, "limits", "type, and of the conditions max alone")
		out = append(out, limit.Max.Value)
	}
	return out
}

// lifetime reads whole seconds.
func (f *fields) lifetime(in dialect.Optional[int64]) time.Duration {
	if !in.Set {
		return 0
	}
	if in.Value < 1 || in.Value > lastSecond {
		f.unless(false, "lifetime", "whole seconds from 1 on")
		return 0
	}
	return time.Duration(in.Value) * time.Second
}

// lastSecond is the last that clients can hold, in 32 bits: a token that ends later has no end that they could be told.
const lastSecond = math.MaxInt32
