package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// Webhook is an endpoint that events are sent to.
type Webhook struct {
	URL   pat.Secret // some endpoints are secrets themselves
	Host  string     // of it, which the log may name
	Key   pat.Secret // the bytes that the signature is made with
	Types []string   // of events; none: all
}

const (
	maxWebhooks   = 8
	maxWebhookURL = 2048
	// The bounds of a key, in bytes. Standard Webhooks 1.0.0 asks for 24 at least.
	minWebhookKey, maxWebhookKey = 24, 64
)

// webhookFile is an endpoint as its JSON document has it.
type webhookFile struct {
	URL    string   `json:"url"`
	Secret string   `json:"secret"`
	Types  []string `json:"types"`
}

// loadWebhooks reads endpoints from a file or, if the text begins with a bracket, from the text. Its errors repeat nothing of
// what it reads, which is full of secrets.
func loadWebhooks(text string, private bool) ([]Webhook, error) {
	if text == "" {
		return nil, nil
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		file, err := os.ReadFile(text)
		if err != nil {
			return nil, errors.New(`is neither a JSON list of endpoints, such as [{"url": "https://…", "secret": "whsec_…"}], nor a file that can be read`)
		}
		text = string(file)
	}
	var in []webhookFile
	if err := json.Unmarshal([]byte(text), &in, json.RejectUnknownMembers(true)); err != nil {
		if semantic, ok := errors.AsType[*json.SemanticError](err); ok && errors.Is(err, json.ErrUnknownName) {
			return nil, fmt.Errorf("is not a list of endpoints: endpoint %s has a member that is none of url, secret and types", endpointOf(semantic))
		}
		return nil, errors.New("is not a JSON list of endpoints, each with url, secret and, if it wants, a list of types")
	}
	if len(in) > maxWebhooks {
		return nil, fmt.Errorf("has more than %d endpoints", maxWebhooks)
	}
	var out []Webhook
	for i, endpoint := range in {
		hook, err := endpoint.parse(private)
		if err == nil && slices.ContainsFunc(out, func(other Webhook) bool { return other.URL.Reveal() == hook.URL.Reveal() }) {
			err = errors.New("is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("is not a list of endpoints: endpoint %d %w", i+1, err)
		}
		out = append(out, hook)
	}
	return out, nil
}

// endpointOf says which endpoint a mistake is in, counted from 1 as a person does.
func endpointOf(err *json.SemanticError) string {
	for first := range err.JSONPointer.Tokens() {
		for n := range maxWebhooks {
			if first == fmt.Sprint(n) {
				return fmt.Sprint(n + 1)
			}
		}
	}
	return "beyond the last"
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func (w webhookFile) parse(private bool) (Webhook, error) {
	u, err := url.Parse(w.URL)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" || len(w.URL) > maxWebhookURL:
		return Webhook{}, errors.New("wants as its url an address such as https://hooks.example.com/latchkey, without user or fragment")
	case u.Port() != "" && !isPort(u.Port()):
		return Webhook{}, errors.New("wants as its url's port, if it names one, a number from 1 to 65535")
	case u.Scheme == "http" && !private:
		return Webhook{}, errors.New("wants an https url; http is only for LATCHKEY_WEBHOOK_ALLOW_PRIVATE=true")
	}
	text, ok := strings.CutPrefix(w.Secret, "whsec_")
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if !ok || err != nil || strings.ContainsAny(text, "\r\n") || len(key) < minWebhookKey || len(key) > maxWebhookKey {
		return Webhook{}, fmt.Errorf("wants as its secret whsec_ and the base64 of %d to %d bytes, as openssl rand -base64 32 draws them", minWebhookKey, maxWebhookKey)
	}
	if w.Types != nil && len(w.Types) == 0 {
		return Webhook{}, errors.New("wants no types at all: leave them out for all, or leave the endpoint out")
	}
	for _, name := range w.Types {
		if !slices.Contains(events.Types(), name) {
			return Webhook{}, errors.New("wants a type that there is none of; there are " + strings.Join(events.Types(), ", "))
		}
	}
	return Webhook{URL: pat.NewSecret(w.URL), Host: u.Hostname(), Key: pat.NewSecret(string(key)), Types: w.Types}, nil
}

// webhooks reads the settings of webhooks into c, whose store is known.
func (e *env) webhooks(c *Config) {
	switch text := e.text("LATCHKEY_WEBHOOK_ALLOW_PRIVATE", "false"); text {
	case "true", "false":
		c.WebhookAllowPrivate = text == "true"
	default:
		e.wrong("LATCHKEY_WEBHOOK_ALLOW_PRIVATE", "wants true or false")
	}
	var err error
	if c.Webhooks, err = loadWebhooks(e.text("LATCHKEY_WEBHOOKS", ""), c.WebhookAllowPrivate); err != nil {
		e.wrong("LATCHKEY_WEBHOOKS", err.Error())
	} else if len(c.Webhooks) > 0 && c.Store.Kind != "" && c.Store.Kind != "bolt" {
		e.wrong("LATCHKEY_WEBHOOKS", "goes with a store bolt:FILE alone, which has an outbox: nothing would be sent from "+c.Store.String())
	}
}
