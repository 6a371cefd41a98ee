package gateway_test

import (
	"net/http"
	"testing"

	"latchkey/shared/gateway"
)

// BenchmarkInvoke times the way from an event to a handler and back: what the gateway costs a request.
func BenchmarkInvoke(b *testing.B) {
	h := gateway.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"valid":true}`)) }))
	for _, name := range []string{"http-2.0.json", "http-1.0.json"} {
		b.Run(name, func(b *testing.B) {
			payload := golden(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Invoke(b.Context(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
