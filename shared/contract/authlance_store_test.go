package contract

import (
	"testing"

	"latchkey/shared/behaviour/inprocess"
)

// What follows puts hands on the store, as no door allows.

func TestAuthlanceAnswers503WithRetryAfterWhenTheStoreDoesNot(t *testing.T) {
	svc := inprocess.Apart(t)
	l := (&ground{T: t, place: newPlace(t, svc.Door)}).lance()
	made := l.make("")
	if err := svc.Store.Close(); err != nil {
		t.Fatal(err)
	}
	asks := map[string]string{"POST " + lancePATs + "/verify": members("token", made.text("token"))}
	for _, route := range l.guarded(made.text("id")) {
		asks[route] = l.wish("")
	}
	for route, body := range asks {
		a := l.ask(503, l.ann, route, body)
		l.lanceSentence(a)
		if a.header.Get("Retry-After") == "" {
			t.Errorf("%s: %v", route, a.header)
		}
	}
}
