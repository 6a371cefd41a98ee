package outbox

import (
	"context"
	"encoding/json"
	"log/slog"
)

// ToLog is the reader that writes one line per event into the log. It misses nothing.
func ToLog(log *slog.Logger) Reader {
	return Reader{Key: "log", Name: "log", Whole: true, Take: func(ctx context.Context, m Message) error {
		log.LogAttrs(ctx, slog.LevelInfo, "event", slog.Any("event", json.RawMessage(m.Body)))
		return nil
	}}
}
