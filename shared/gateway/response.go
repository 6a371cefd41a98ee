package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/awslabs/aws-lambda-go-api-proxy/core"
)

// answer has an answer written and returns it in the event's own form.
func (e event) answer(write func(http.ResponseWriter), method string) ([]byte, error) {
	if e.isV1() {
		w := core.NewProxyResponseWriter()
		into(w, write, method)
		return encode(w.GetProxyResponse())
	}
	w := core.NewProxyResponseWriterV2()
	into(w, write, method)
	return encode(w.GetProxyResponse())
}

func into(w http.ResponseWriter, write func(http.ResponseWriter), method string) {
	strict := &writer{ResponseWriter: w, head: method == http.MethodHead}
	write(strict)
	if !strict.begun {
		strict.WriteHeader(http.StatusOK)
	}
}

func encode[T any](response T, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return json.Marshal(response)
}

// writer answers as net/http's does where the adapter's is not so strict: there, the last status counts and not the first,
// nothing written is an error, and what has no body gets one, or at least the type of one.
type writer struct {
	http.ResponseWriter
	head, begun, empty bool
}

func (w *writer) WriteHeader(status int) {
	if w.begun {
		return
	}
	w.begun, w.empty = true, status == http.StatusNoContent || status == http.StatusNotModified
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(body []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	switch {
	case len(body) == 0 || w.head:
		return len(body), nil
	case w.empty:
		return 0, http.ErrBodyNotAllowed
	}
	return w.ResponseWriter.Write(body)
}

// unreadable answers an event that no dialect gets to see, in the words of the native one.
func unreadable(err error) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		problem(w, http.StatusBadRequest, "unreadable", "Unreadable request", err.Error())
	}
}

// internal answers for a bug of ours, of which only the log tells more.
func internal(w http.ResponseWriter) {
	problem(w, http.StatusInternalServerError, "internal", "Internal error", "something went wrong here")
}

func problem(w http.ResponseWriter, status int, code, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"type":"urn:latchkey:error:%s","title":%q,"status":%d,"detail":%q}`, code, title, status, detail)
}
