package main

import (
	"net/http"
)

// userAddCommand makes a user.
type userAddCommand struct {
	userName
	Admin bool        `help:"Make the user an administrator."`
	Group []groupFlag `placeholder:"ID[:ROLE]" help:"A group, which is made if there is none; the role is member or admin."`
	stdinFlag
	remote
}

// Run asks for the new user's password, at a terminal twice.
func (c userAddCommand) Run(env *environment) error {
	ask, err := newAsker(env, c.stdinFlag)
	if err != nil {
		return err
	}
	server, err := c.client(env) // before anything is typed in vain
	if err != nil {
		return err
	}
	password, err := ask.newPassword("password of " + plain(c.Name))
	if err != nil {
		return err
	}
	body := map[string]any{"username": c.Name, "password": password.Reveal()}
	if c.Admin {
		body["admin"] = true
	}
	if len(c.Group) > 0 {
		body["groups"] = memberships(c.Group)
	}
	a, err := server.do(env.ctx, call{method: http.MethodPost, path: "/v1/users", body: body})
	return c.did(env, a, err, "Made the user "+c.Name+".")
}

// userUpdateCommand changes what a user may do.
type userUpdateCommand struct {
	userName
	Admin    *bool       `negatable:"" help:"Make the user an administrator, or no longer one."`
	Group    []groupFlag `xor:"groups" placeholder:"ID[:ROLE]" help:"The groups, all of them: those not named are left."`
	NoGroups bool        `xor:"groups" help:"Take the user out of all groups."`
	remote
}

// Run sends what was given.
func (c userUpdateCommand) Run(env *environment) error {
	body := map[string]any{}
	if c.Admin != nil {
		body["admin"] = *c.Admin
	}
	if len(c.Group) > 0 || c.NoGroups {
		body["groups"] = memberships(c.Group)
	}
	if len(body) == 0 {
		return usageError{"nothing to change: see latchkey user update --help"}
	}
	a, err := c.call(env, call{method: http.MethodPatch, path: c.path(), body: body})
	return c.did(env, a, err, "Changed the user "+c.Name+".")
}

func memberships(flags []groupFlag) []membership {
	out := []membership{} // none is a list too
	for _, f := range flags {
		out = append(out, membership(f))
	}
	return out
}

// userSuspendCommand stops a user.
type userSuspendCommand struct {
	userName
	remote
}

// Run returns when none of the user's tokens and sessions is accepted any more.
func (c userSuspendCommand) Run(env *environment) error {
	a, err := c.call(env, call{method: http.MethodPatch, path: c.path(), body: map[string]any{"suspended": true}})
	return c.did(env, a, err, "Suspended "+c.Name+"; neither tokens nor sessions of that user are accepted.")
}

// userResumeCommand lets a suspended user go on.
type userResumeCommand struct {
	userName
	remote
}

// Run makes the tokens good again; the sessions stay ended.
func (c userResumeCommand) Run(env *environment) error {
	a, err := c.call(env, call{method: http.MethodPatch, path: c.path(), body: map[string]any{"suspended": false}})
	return c.did(env, a, err, "Resumed "+c.Name+"; the tokens of that user are good again.")
}
