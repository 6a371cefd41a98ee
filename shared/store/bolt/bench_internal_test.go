package bolt

import (
	"errors"
	"fmt"
	"testing"

	"latchkey/shared/pat"
)

// BenchmarkToken is the read that each verification makes.
func BenchmarkToken(b *testing.B) {
	s := open(b, "")
	o := s.owner(b, "user#alice")
	var prefixes []pat.Prefix
	for range 100 {
		prefixes = append(prefixes, s.token(b, &o).Prefix)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Token(b.Context(), prefixes[i%len(prefixes)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkUnknownToken is the read that a token from elsewhere costs.
func BenchmarkUnknownToken(b *testing.B) {
	s := open(b, "")
	p := draft(b, pat.Owner{ID: "user#alice", Tag: "00000000"}, noon()).Prefix
	for b.Loop() {
		if _, err := s.Token(b.Context(), p); !errors.Is(err, pat.ErrNotFound) {
			b.Fatal(err)
		}
	}
}

// BenchmarkCountLive is the read that each creation makes, at the default limit.
func BenchmarkCountLive(b *testing.B) {
	s := open(b, "")
	o := s.owner(b, "user#alice")
	for range 100 {
		s.token(b, &o)
	}
	for b.Loop() {
		if n, err := s.CountLive(b.Context(), o.ID, o.Tag, noon()); err != nil || n != 100 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkUpdateToken has so many writers at once, each with a token of its own; writes/commit says how many
// shared one.
func BenchmarkUpdateToken(b *testing.B) {
	for _, writers := range []int{1, 32, 256} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := open(b, "")
			o := s.owner(b, "user#alice")
			turn := make(chan pat.Token, writers)
			for range writers {
				turn <- s.token(b, &o)
			}
			before := s.commits(b)
			b.ResetTimer()
			done := make(chan error)
			for w := range writers {
				go func() {
					t := <-turn
					var err error
					for i := w; i < b.N && err == nil; i += writers {
						err = s.UpdateToken(b.Context(), t, t.Version, pat.Standing{})
						t.Version++
					}
					done <- err
				}()
			}
			for range writers {
				must(b, <-done)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			b.ReportMetric(float64(b.N)/float64(s.commits(b)-before), "writes/commit")
		})
	}
}
