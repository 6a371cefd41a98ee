package main

import (
	"crypto/rand"
	"fmt"
	"net/http"

	"latchkey/shared/pat"
)

// tokenCreateCommand makes a token.
type tokenCreateCommand struct {
	Name           string   `arg:"" help:"What the token is for."`
	Scope          []string `required:"" placeholder:"SCOPE" help:"What it is good for: resource:action. Can be given more than once."`
	Description    string   `placeholder:"TEXT" help:"More about it."`
	NotBefore      moment   `placeholder:"TIME" help:"When it begins to be good."`
	Group          string   `placeholder:"ID" help:"The group that is to own it. Default: you."`
	AllowIP        []string `name:"allow-ip" placeholder:"CIDR" help:"An address or network from which alone it is good."`
	MaxUses        *int64   `placeholder:"N" help:"How many times it is good."`
	IdempotencyKey string   `placeholder:"KEY" help:"The key of an earlier try, to get its answer again. Default: a new one."`
	expiryFlags
	remote
}

func (c tokenCreateCommand) body() map[string]any {
	body := map[string]any{"name": c.Name, "scopes": c.Scope}
	set := func(given bool, name string, value any) {
		if given {
			body[name] = value
		}
	}
	set(c.Description != "", "description", c.Description)
	set(c.ExpiresIn != 0, "expiresIn", int64(c.ExpiresIn))
	set(!c.ExpiresAt.IsZero(), "expiresAt", c.ExpiresAt.wire())
	set(c.Never, "expiresAt", nil)
	set(!c.NotBefore.IsZero(), "notBefore", c.NotBefore.wire())
	set(c.Group != "", "groupId", c.Group)
	set(len(c.AllowIP) > 0, "allowedIps", c.AllowIP)
	set(c.MaxUses != nil, "maxUses", c.MaxUses)
	return body
}

// Run makes the token. Every try carries the same idempotency key, so that a lost answer does not make two.
func (c tokenCreateCommand) Run(env *environment) error {
	server, err := c.client(env)
	if err != nil {
		return err
	}
	if c.IdempotencyKey == "" {
		c.IdempotencyKey = rand.Text()
	}
	a, uncertain, err := server.insist(env.ctx, call{
		method: http.MethodPost, path: "/v1/tokens", body: c.body(), header: http.Header{"Idempotency-Key": {c.IdempotencyKey}},
	})
	if uncertain {
		return fmt.Errorf("%w\n  the token may have been made all the same: for 10 minutes, this command with\n"+
			"  --idempotency-key %s gets its secret, or makes it", err, c.IdempotencyKey)
	}
	if err != nil {
		return err
	}
	return c.created(env, a)
}

// created shows the secret alone on stdout, and the rest on stderr.
func (c tokenCreateCommand) created(env *environment, a answer) error {
	var made struct {
		token
		Secret string `json:"token"`
	}
	if err := a.decode(&made); err != nil {
		return err
	}
	secret := pat.NewSecret(made.Secret)
	if secret.IsZero() {
		return errStranger
	}
	if a.header.Get("Idempotent-Replayed") == "true" {
		fmt.Fprintln(env.stderr, "This token was made by an earlier try with the same key.")
	}
	if c.JSON {
		return showJSON(env.stdout, a.body)
	}
	fmt.Fprintf(env.stderr, "Made the token %s, id %s, which expires: %s. Its secret is shown only now:\n",
		plain(made.Name), plain(made.ID), made.expires())
	if _, err := fmt.Fprintln(env.stdout, plain(secret.Reveal())); err != nil {
		return fmt.Errorf("write the secret: %w; nobody can see it again, so revoke the token %s", err, plain(made.ID))
	}
	return nil
}
