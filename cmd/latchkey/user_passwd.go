package main

import (
	"context"
	"fmt"
	"net/http"

	"latchkey/shared/pat"
)

// userPasswdCommand changes a password.
type userPasswdCommand struct {
	Name string `arg:"" optional:"" help:"Another user; default: you."`
	stdinFlag
	remote
}

// Run sets another's password, or changes one's own.
func (c userPasswdCommand) Run(env *environment) error {
	ask, err := newAsker(env, c.stdinFlag)
	if err != nil {
		return err
	}
	server, err := c.client(env)
	if err != nil {
		return err
	}
	if c.Name == "" {
		return c.own(env, ask, server)
	}
	password, err := ask.newPassword("new password of " + plain(c.Name))
	if err != nil {
		return err
	}
	a, err := server.setPassword(env.ctx, c.Name, password, pat.Secret{})
	return c.changed(env, a, err, c.Name)
}

// own asks for the current password first. It shows the saved session even where LATCHKEY_TOKEN is set: only a
// session says whose password it is, and only a session may change it.
func (c userPasswdCommand) own(env *environment, ask *asker, server *client) error {
	saved, err := c.saved(env, server.base)
	if err != nil {
		return fmt.Errorf("whose password? %w", err)
	}
	server = newClient(saved.address, saved.secret)
	current, err := ask.secret("current password of " + plain(saved.username))
	if err != nil {
		return err
	}
	password, err := ask.newPassword("new password of " + plain(saved.username))
	if err != nil {
		return err
	}
	a, err := server.setPassword(env.ctx, saved.username, password, current)
	if err == nil {
		err = removeSession(env.lookup)
	}
	return c.changed(env, a, err, saved.username)
}

func (c userPasswdCommand) changed(env *environment, a answer, err error, name string) error {
	return c.did(env, a, err, "Changed the password of "+name+", and ended all sessions of that user.")
}

func (c *client) setPassword(ctx context.Context, name string, password, current pat.Secret) (answer, error) {
	body := map[string]any{"password": password.Reveal()}
	if !current.IsZero() {
		body["currentPassword"] = current.Reveal()
	}
	return c.do(ctx, call{method: http.MethodPatch, path: userName{name}.path(), body: body})
}
