package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// serve runs one request through its route, whatever happens there, and logs one line. The line names the
// route, never the path: in some dialects a path holds a secret.
func (h *handler) serve(w http.ResponseWriter, r *http.Request, route dialect.Route) {
	began := time.Now()
	id := requestID()
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	req := dialect.NewRequest(r)
	res, err := call(req, route)
	if err != nil {
		res = route.Dialect.Fault(req, err)
	}
	if route.Dialect.Finish != nil {
		route.Dialect.Finish(req, &res)
	}

	header := w.Header()
	for name, values := range res.Header {
		header[name] = values
	}
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Request-Id", id)
	w.WriteHeader(res.Status)
	_, writeErr := w.Write(res.Body)

	level := slog.LevelInfo
	fields := []slog.Attr{
		slog.String("request", id),
		slog.String("route", route.Pattern),
		slog.String("dialect", route.Dialect.Name),
		slog.Int("status", res.Status),
		slog.Float64("ms", float64(time.Since(began).Microseconds())/1000),
		slog.String("peer", req.Source.IP.String()),
	}
	if refusal, ok := errors.AsType[*pat.Error](err); ok {
		fields = append(fields, slog.String("code", string(refusal.Code)), slog.String("why", told(refusal)))
	}
	if err != nil && res.Status >= http.StatusInternalServerError && !errors.Is(r.Context().Err(), context.Canceled) { // else the client hung up
		level = slog.LevelError
		fields = append(fields, slog.String("err", err.Error()))
	}
	if writeErr != nil {
		fields = append(fields, slog.Bool("unsent", true))
	}
	h.log.LogAttrs(r.Context(), level, "request", fields...)
}

// maxTold bounds what the log says of a refusal, in bytes.
const maxTold = 300

// told is what a caller may be told of a refusal, for the operator of a product that tells its callers less.
func told(e *pat.Error) string {
	text := e.Message
	for _, f := range e.Fields {
		text += "; " + f.Field + ": " + f.Detail
	}
	return text[:min(len(text), maxTold)]
}

// call turns a panic into an error: one request's bug is not the others' outage.
func call(r *dialect.Request, route dialect.Route) (res dialect.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in %s: %v\n%s", route.Pattern, p, debug.Stack())
		}
	}()
	return route.Serve(r)
}

func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b[:])
}
