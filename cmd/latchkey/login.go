package main

import (
	"fmt"
	"net/http"
	"time"

	"latchkey/shared/pat"
)

// loginCommand opens a session and keeps it for the commands after it.
type loginCommand struct {
	Username string   `placeholder:"NAME" help:"Who you are. Default: a terminal is asked."`
	Scope    []string `placeholder:"SCOPE" help:"Ask for no more than these scopes. Default: all that you may do."`
	stdinFlag
	remote
}

// Run asks for the password, which is never an argument.
func (c loginCommand) Run(env *environment) error {
	server, err := c.anonymous(env)
	if err != nil {
		return err
	}
	ask, err := newAsker(env, c.stdinFlag)
	if err != nil {
		return err
	}
	if c.Username == "" {
		if c.Username, err = ask.name("username"); err != nil {
			return err
		}
	}
	password, err := ask.secret("password")
	if err != nil {
		return err
	}
	body := map[string]any{"username": c.Username, "password": password.Reveal()}
	if len(c.Scope) > 0 {
		body["scopes"] = c.Scope
	}
	a, err := server.do(env.ctx, call{method: http.MethodPost, path: "/v1/sessions", body: body})
	if err != nil {
		return err
	}
	session, err := c.session(server.base, a)
	if err != nil {
		return err
	}
	if err := saveSession(env.lookup, session); err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "Logged in to %s as %s until %s.\n", session.address, plain(c.Username), shortTime(session.expiresAt))
	if !envSecret(env, "LATCHKEY_TOKEN").IsZero() {
		fmt.Fprintln(env.stderr, "LATCHKEY_TOKEN is set, and goes before this session.")
	}
	if c.JSON {
		return showJSON(env.stdout, a.body)
	}
	return nil
}

func (c loginCommand) session(base address, a answer) (savedSession, error) {
	var out struct {
		Token     string    `json:"token"`
		ExpiresAt time.Time `json:"expiresAt"`
	}
	if err := a.decode(&out); err != nil {
		return savedSession{}, err
	}
	if out.Token == "" || out.ExpiresAt.IsZero() {
		return savedSession{}, errStranger
	}
	return savedSession{base, c.Username, pat.NewSecret(out.Token), out.ExpiresAt}, nil
}

// logoutCommand ends what login began, and more: the server ends all of a user's sessions at once.
type logoutCommand struct{ remote }

// Run forgets the saved session once it is known to have ended.
func (c logoutCommand) Run(env *environment) error {
	base, err := c.address(env)
	if err != nil {
		return err
	}
	saved, err := loadSession(env.lookup)
	switch {
	case err != nil:
		return err
	case saved == nil:
		fmt.Fprintln(env.stderr, "You were not logged in.")
		return nil
	case saved.address != base:
		return fmt.Errorf("you are logged in to %s, not to %s", saved.address, base)
	}
	said := fmt.Sprintf("Logged out of %s: all sessions of %s have ended, here and elsewhere.", saved.address, plain(saved.username))
	_, err = newClient(base, saved.secret).do(env.ctx, call{method: http.MethodDelete, path: "/v1/sessions"})
	switch {
	case isStatus(err, http.StatusUnauthorized):
		said = fmt.Sprintf("The session at %s had ended already; it is forgotten here.", saved.address)
	case err != nil:
		return fmt.Errorf("still logged in: %w", err)
	}
	if err := removeSession(env.lookup); err != nil {
		return err
	}
	fmt.Fprintln(env.stderr, said)
	return nil
}
