package quay

import (
	"net/http"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// tokenView is the product's token.
type tokenView struct {
	UUID         pat.ID  `json:"uuid"`
	Title        string  `json:"title"`
	LastAccessed *string `json:"last_accessed"`
	Created      string  `json:"created"`
	Expiration   *string `json:"expiration"`
}

func view(t pat.Token) tokenView {
	return tokenView{UUID: t.ID, Title: t.Name, LastAccessed: optionalDate(t.Usage.LastUsedAt), Created: date(t.CreatedAt),
		Expiration: optionalDate(t.ExpiresAt)}
}

// encodeSecret shows a token with its secret.
func encodeSecret(t pat.Token, secret pat.Secret) (dialect.Response, error) {
	type secretView struct {
		tokenView
		Code string `json:"token_code"`
	}
	return dialect.JSON(http.StatusOK, struct {
		Token secretView `json:"token"`
	}{secretView{view(t), secret.Reveal()}})
}

func encodeCreated(made pat.CreateResult) (dialect.Response, error) {
	return encodeSecret(made.Token, made.Secret)
}

func encodeRevealed(shown pat.RevealResult) (dialect.Response, error) {
	return encodeSecret(shown.Token, shown.Secret)
}

func encodeDeleted(dialect.Nothing) (dialect.Response, error) {
	return dialect.Empty(http.StatusNoContent), nil
}

// date is an instant of RFC 2822 in whole seconds, with the zone that Python's email.utils writes for UTC.
func date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 ") + "-0000" }

// optionalDate is null for a time that is not set.
func optionalDate(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := date(t)
	return &text
}
