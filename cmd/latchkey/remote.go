package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"latchkey/shared/pat"
)

// remote is the server that a command speaks to, and how it shows the answer.
type remote struct {
	URL      string `name:"url" placeholder:"URL" help:"The server. Default: LATCHKEY_URL, else where you logged in, else ${default_url}."`
	Insecure bool   `help:"Send secrets unencrypted to an http:// server on another machine."`
	JSON     bool   `name:"json" help:"Print the server's answer as JSON."`
}

// address finds the server: the flag, LATCHKEY_URL, where the saved session is from, or this machine.
func (r remote) address(env *environment) (address, error) {
	text, source := r.URL, "--url"
	if text == "" {
		text, _ = env.lookup("LATCHKEY_URL")
		source = "LATCHKEY_URL"
	}
	base := defaultAddress
	if text != "" {
		var err error
		if base, err = parseAddress(text); err != nil {
			return "", usageError{source + " " + err.Error()}
		}
	} else {
		saved, err := loadSession(env.lookup)
		if err != nil {
			return "", err
		}
		if saved != nil {
			base = saved.address
		}
	}
	if r.Insecure {
		return base, nil
	}
	return base, base.refuseClear()
}

// anonymous returns a client that shows no credential.
func (r remote) anonymous(env *environment) (*client, error) {
	base, err := r.address(env)
	if err != nil {
		return nil, err
	}
	return newClient(base, pat.Secret{}), nil
}

// client returns a client with the credential for the server: LATCHKEY_TOKEN, or the session that was saved
// for this very server.
func (r remote) client(env *environment) (*client, error) {
	base, err := r.address(env)
	if err != nil {
		return nil, err
	}
	if token := envSecret(env, "LATCHKEY_TOKEN"); !token.IsZero() {
		if strings.ContainsFunc(token.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, errors.New("LATCHKEY_TOKEN is not a token: no token has white space in it, or letters beyond ASCII")
		}
		c := newClient(base, token)
		c.remedy = "LATCHKEY_TOKEN may have ended, or be another server's"
		return c, nil
	}
	saved, err := r.saved(env, base)
	if err != nil {
		return nil, err
	}
	c := newClient(base, saved.secret)
	c.remedy = "the session may have ended: run latchkey login"
	return c, nil
}

// saved returns the session for the server.
func (r remote) saved(env *environment, base address) (*savedSession, error) {
	saved, err := loadSession(env.lookup)
	switch {
	case err != nil:
		return nil, err
	case saved == nil:
		return nil, fmt.Errorf("not logged in to %s: run latchkey login, or set LATCHKEY_TOKEN", base)
	case saved.address != base:
		return nil, fmt.Errorf("not logged in to %s but to %s: run latchkey login --url %[1]s, or set LATCHKEY_TOKEN", base, saved.address)
	case !time.Now().Before(saved.expiresAt):
		return nil, fmt.Errorf("the session at %s ended at %s: run latchkey login", base, shortTime(saved.expiresAt))
	}
	return saved, nil
}

// envSecret reads a secret from a variable. White space around it, as a file's last line end, is no part of it.
func envSecret(env *environment, name string) pat.Secret {
	text, _ := env.lookup(name)
	return pat.NewSecret(strings.TrimSpace(text))
}

// call sends one call with the credential.
func (r remote) call(env *environment, in call) (answer, error) {
	c, err := r.client(env)
	if err != nil {
		return answer{}, err
	}
	return c.do(env.ctx, in)
}

// show sends a call and shows its answer: as JSON if that is wanted, else as view has it.
func show[T any](env *environment, r remote, in call, view func(T) error) error {
	a, err := r.call(env, in)
	if err != nil {
		return err
	}
	if r.JSON {
		return showJSON(env.stdout, a.body)
	}
	var v T
	if err := a.decode(&v); err != nil {
		return err
	}
	return view(v)
}

// did says what a call has done, if it has. The answer goes to stdout where JSON is wanted.
func (r remote) did(env *environment, a answer, err error, what string) error {
	if err != nil {
		return err
	}
	fmt.Fprintln(env.stderr, plain(what))
	if r.JSON {
		return showJSON(env.stdout, a.body)
	}
	return nil
}
