package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// tokenUpdateCommand changes a token.
type tokenUpdateCommand struct {
	tokenID
	Name        *string  `placeholder:"NAME" help:"What the token is for."`
	Description *string  `placeholder:"TEXT" help:"More about it; \"\" takes it away."`
	Scope       []string `placeholder:"SCOPE" help:"What it is good for, all of it. Can be given more than once."`
	Enable      bool     `xor:"enabled" help:"Make a disabled token good again."`
	Disable     bool     `xor:"enabled" help:"Make it no good until it is enabled."`
	AllowIP     []string `name:"allow-ip" xor:"ips" placeholder:"CIDR" help:"The addresses and networks from which alone it is good, all of them."`
	AnyIP       bool     `name:"any-ip" xor:"ips" help:"Make it good from everywhere."`
	IfMatch     string   `placeholder:"V" help:"Only if the token is still at this version."`
	expiryFlags
	remote
}

// body is a merge patch (RFC 7396): null takes something away.
func (c tokenUpdateCommand) body() map[string]any {
	body := map[string]any{}
	set := func(given bool, name string, value any) {
		if given {
			body[name] = value
		}
	}
	if c.Name != nil {
		body["name"] = *c.Name
	}
	if c.Description != nil {
		body["description"] = *c.Description
	}
	set(len(c.Scope) > 0, "scopes", c.Scope)
	set(c.ExpiresIn != 0, "expiresAt", moment{time.Now().Add(c.ExpiresIn.duration())}.wire())
	set(!c.ExpiresAt.IsZero(), "expiresAt", c.ExpiresAt.wire())
	set(c.Never, "expiresAt", nil)
	set(c.Enable || c.Disable, "enabled", c.Enable)
	set(len(c.AllowIP) > 0, "allowedIps", c.AllowIP)
	set(c.AnyIP, "allowedIps", nil)
	return body
}

// Run sends what was given.
func (c tokenUpdateCommand) Run(env *environment) error {
	if err := checkID(c.ID); err != nil {
		return err
	}
	in := call{method: http.MethodPatch, path: tokenPath(c.ID), body: c.body(), header: http.Header{}}
	if len(c.body()) == 0 {
		return usageError{"nothing to change: see latchkey token update --help"}
	}
	in.header.Set("Content-Type", "application/merge-patch+json")
	if c.IfMatch != "" {
		in.header.Set("If-Match", `"v`+strings.TrimPrefix(c.IfMatch, "v")+`"`)
	}
	return show(env, c.remote, in, func(t token) error { return showFields(env.stdout, t.fields()...) })
}

// tokenRevokeCommand ends tokens.
type tokenRevokeCommand struct {
	IDs  []string `arg:"" name:"id" optional:"" help:"The tokens' ids, as list shows them."`
	Self bool     `help:"The token in LATCHKEY_TOKEN itself."`
	remote
}

// Run revokes one after another; one that cannot be revoked does not save the others.
func (c tokenRevokeCommand) Run(env *environment) error {
	if c.Self == (len(c.IDs) > 0) {
		return usageError{"say which tokens: ids, or --self for the one in LATCHKEY_TOKEN"}
	}
	server, err := c.client(env)
	if err != nil {
		return err
	}
	if c.Self {
		a, err := server.do(env.ctx, call{method: http.MethodDelete, path: "/v1/self"})
		return c.did(env, a, err, "Revoked the token in LATCHKEY_TOKEN.")
	}
	var failed []error
	for i, id := range c.IDs {
		if err := checkID(id); err != nil {
			failed = append(failed, fmt.Errorf("argument %d: %w", i+1, err))
			continue
		}
		if _, err := server.do(env.ctx, call{method: http.MethodDelete, path: tokenPath(id)}); err != nil {
			failed = append(failed, fmt.Errorf("%s is not revoked: %w", plain(id), err))
			continue
		}
		fmt.Fprintf(env.stderr, "Revoked %s.\n", plain(id))
	}
	return errors.Join(failed...)
}
