// Package config reads the process's settings from its environment, all of them at its start. A wrong value
// stops the start and is named; nothing here is ever logged.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"latchkey/shared/pat"
)

// Config is every setting. A variable that is unset or empty has the default that its comment names.
type Config struct {
	// LATCHKEY_LISTEN: host:port; default 127.0.0.1:8080. Port 0 takes a free one.
	Listen string
	// LATCHKEY_STORE: bolt:FILE, dynamodb://TABLE, or mem: for a store that is gone when the process ends; default
	// bolt:latchkey.db.
	Store Store
	// LATCHKEY_ADMIN_PASSWORD: of the user admin, which the first start makes; default: random, printed once.
	AdminPassword pat.Secret
	// LATCHKEY_PUBLIC_URL: the address at which clients reach this service, and the issuer of its sessions;
	// default: sessions name urn:latchkey.
	PublicURL string
	// LATCHKEY_SIGNING_KEY: who signs sessions: store, for a key that is kept in the store, or kms:ARN for a key of
	// AWS KMS (ECC_NIST_P256, SIGN_VERIFY); default store.
	SigningKey SigningKey
	// LATCHKEY_SEALING_KEY: where the key lies that seals secrets which are shown again: store, as it is in the store, or
	// kms:ARN, wrapped by a key of AWS KMS (SYMMETRIC_DEFAULT); default nil: where it lies already, at first in the store.
	SealingKey *pat.SealingKey
	// LATCHKEY_POLICY: a file of JSON, or the JSON itself; default: pat.DefaultPolicy.
	Policy pat.Policy
	// LATCHKEY_OIDC_ISSUER, LATCHKEY_OIDC_AUDIENCE, LATCHKEY_OIDC_GROUPS_CLAIM: another issuer whose JWTs are
	// taken; default: none. The groups claim defaults to "groups".
	OIDC OIDC
	// LATCHKEY_HOPRD_SUPERUSER: the token that may do anything at HOPRd's API, 16 to 256 characters of visible ASCII;
	// default: there is none, so that nobody makes the first of HOPRd's tokens.
	HOPRdSuperuser pat.Secret
	// LATCHKEY_TRUSTED_PROXIES: addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are
	// believed, with commas; default: none.
	TrustedProxies []netip.Prefix
	// LATCHKEY_WEBHOOKS: endpoints that events are sent to, a file of JSON or the JSON itself: at most 8 of
	// {"url", "secret", "types"}; default: none. They go with a store bolt:FILE alone.
	Webhooks []Webhook
	// LATCHKEY_WEBHOOK_ALLOW_PRIVATE: true if endpoints may have http URLs and addresses that the public cannot reach;
	// default false.
	WebhookAllowPrivate bool
	// LATCHKEY_EVENT_BUS: the name or ARN of the EventBridge bus that hears of each change; of the function cleanup alone.
	EventBus string
	// LATCHKEY_DEAD_LETTERS: the URL of the SQS queue of what can be told to nobody; of the function cleanup alone.
	DeadLetters string
}

// Store says where records are kept.
type Store struct {
	Kind string // "bolt", "dynamodb" or "mem"
	Name string // of the file, or of the table
}

// SigningKey says which key signs sessions.
type SigningKey struct {
	KMS string // the key's ARN; "" for one in the store
}

// OIDC names another issuer; Issuer is empty if there is none.
type OIDC struct{ Issuer, Audience, GroupsClaim string }

// DefaultIssuer is what sessions name as their issuer when no public URL is set.
const DefaultIssuer = "urn:latchkey"

// Load reads the settings through lookup, which is os.LookupEnv but in tests. The error names every setting
// that is wrong.
func Load(lookup func(string) (string, bool)) (Config, error) {
	e := env{lookup: lookup}
	c := Config{
		Listen:        e.text("LATCHKEY_LISTEN", "127.0.0.1:8080"),
		AdminPassword: pat.NewSecret(e.text("LATCHKEY_ADMIN_PASSWORD", "")),
		PublicURL:     strings.TrimSuffix(e.text("LATCHKEY_PUBLIC_URL", ""), "/"),
		OIDC: OIDC{
			Issuer:      e.text("LATCHKEY_OIDC_ISSUER", ""),
			Audience:    e.text("LATCHKEY_OIDC_AUDIENCE", ""),
			GroupsClaim: e.text("LATCHKEY_OIDC_GROUPS_CLAIM", "groups"),
		},
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		e.wrong("LATCHKEY_LISTEN", "wants host:port, such as 127.0.0.1:8080")
	}
	if c.PublicURL != "" && !isBaseURL(c.PublicURL) {
		e.wrong("LATCHKEY_PUBLIC_URL", "wants an address such as https://tokens.example.com")
	}
	if c.OIDC.Issuer != "" && !isIssuer(c.OIDC.Issuer) {
		e.wrong("LATCHKEY_OIDC_ISSUER", "wants the issuer's address, such as https://login.example.com; http only on this machine")
	}
	if (c.OIDC.Issuer == "") != (c.OIDC.Audience == "") {
		e.wrong("LATCHKEY_OIDC_AUDIENCE", "goes with LATCHKEY_OIDC_ISSUER: set both or none")
	}
	if text := e.text("LATCHKEY_HOPRD_SUPERUSER", ""); text != "" {
		c.HOPRdSuperuser = pat.NewSecret(text)
		if !superuserForm.MatchString(text) {
			e.wrong("LATCHKEY_HOPRD_SUPERUSER", "wants 16 to 256 characters of visible ASCII, as openssl rand -hex 32 draws them")
		}
	}
	var err error
	if c.Store, err = ParseStore(e.text("LATCHKEY_STORE", "bolt:latchkey.db")); err != nil {
		e.wrong("LATCHKEY_STORE", err.Error())
	}
	if c.SigningKey.KMS, err = parseKey(e.text("LATCHKEY_SIGNING_KEY", "store")); err != nil {
		e.wrong("LATCHKEY_SIGNING_KEY", err.Error())
	}
	if c.SealingKey, err = parseSealingKey(e.text("LATCHKEY_SEALING_KEY", "")); err != nil {
		e.wrong("LATCHKEY_SEALING_KEY", err.Error())
	}
	if c.Policy, err = loadPolicy(e.text("LATCHKEY_POLICY", "")); err != nil {
		e.wrong("LATCHKEY_POLICY", err.Error())
	}
	if c.TrustedProxies, err = parseNetworks(e.text("LATCHKEY_TRUSTED_PROXIES", "")); err != nil {
		e.wrong("LATCHKEY_TRUSTED_PROXIES", err.Error())
	}
	e.webhooks(&c)
	if c.EventBus = e.text("LATCHKEY_EVENT_BUS", ""); c.EventBus != "" && !busForm.MatchString(c.EventBus) {
		e.wrong("LATCHKEY_EVENT_BUS", "wants the name or the ARN of an EventBridge bus")
	}
	if c.DeadLetters = e.text("LATCHKEY_DEAD_LETTERS", ""); c.DeadLetters != "" && !isBaseURL(c.DeadLetters) {
		e.wrong("LATCHKEY_DEAD_LETTERS", "wants the URL of an SQS queue")
	}
	return c, errors.Join(e.errs...)
}

// busForm is that of a bus's name or ARN (Amazon EventBridge API Reference, PutEventsRequestEntry).
var busForm = regexp.MustCompile(`^(arn:aws[\w-]*:events:[a-z]+-[\w-]+-\d+:\d{12}:event-bus/)?[/.\-_A-Za-z0-9]{1,256}$`)

// superuserForm is what a client can send in a header, and is too long to be guessed.
var superuserForm = regexp.MustCompile(`^[!-~]{16,256}$`)

// Issuer is what sessions name as their issuer.
func (c Config) Issuer() string {
	if c.PublicURL == "" {
		return DefaultIssuer
	}
	return c.PublicURL
}

// ParseStore reads the address of a store.
func ParseStore(text string) (Store, error) {
	kind, name, ok := strings.Cut(text, ":")
	switch {
	case ok && kind == "bolt" && name != "":
		return Store{Kind: kind, Name: name}, nil
	case ok && kind == "dynamodb" && tableForm.MatchString(name):
		return Store{Kind: kind, Name: name[len("//"):]}, nil
	case ok && kind == "mem" && name == "":
		return Store{Kind: kind}, nil
	}
	return Store{}, errors.New("wants bolt:FILE, dynamodb://TABLE (3 to 255 of A-Z, a-z, 0-9, _, - and .), or mem: for a store that forgets")
}

// keyForm is the ARN of a key of AWS KMS, in any of its partitions.
var keyForm = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,128}$`)

// parseKey returns the key's ARN, "" for one in the store.
func parseKey(text string) (arn string, err error) {
	arn, ok := strings.CutPrefix(text, "kms:")
	switch {
	case text == "store":
		return "", nil
	case ok && keyForm.MatchString(arn):
		return arn, nil
	}
	return "", errors.New("wants store, or kms: and the ARN of a key")
}

func parseSealingKey(text string) (*pat.SealingKey, error) {
	if text == "" {
		return nil, nil
	}
	arn, err := parseKey(text)
	return &pat.SealingKey{KMS: arn}, err
}

// tableForm is a table's name as DynamoDB has it (AWS, "Naming rules": 3 to 255 of a-z, A-Z, 0-9, _ - and .).
var tableForm = regexp.MustCompile(`^//[A-Za-z0-9_.-]{3,255}$`)

// env looks settings up and gathers what is wrong with them.
type env struct {
	lookup func(string) (string, bool)
	errs   []error
}

func (e *env) text(name, fallback string) string {
	if value, ok := e.lookup(name); ok && value != "" {
		return value
	}
	return fallback
}

func (e *env) wrong(name, why string) { e.errs = append(e.errs, fmt.Errorf("%s %s", name, why)) }

func isBaseURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// isIssuer reports whether keys can be fetched from there unforged: by TLS, or without leaving this machine.
func isIssuer(text string) bool {
	u, err := url.Parse(text)
	if err != nil || !isBaseURL(text) {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

func parseNetworks(text string) ([]netip.Prefix, error) {
	if text == "" {
		return nil, nil
	}
	var out []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		network, err := netip.ParsePrefix(part)
		if addr, addrErr := netip.ParseAddr(part); addrErr == nil {
			addr = addr.Unmap().WithZone("")
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, errors.New("wants addresses or networks with commas between, such as 10.0.0.0/8,192.0.2.7")
		}
		out = append(out, network.Masked())
	}
	return out, nil
}

// String writes the store's address as ParseStore reads it.
func (s Store) String() string {
	if s.Kind == "dynamodb" {
		return s.Kind + "://" + s.Name
	}
	return s.Kind + ":" + s.Name
}
