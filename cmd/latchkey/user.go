package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// userCommand is for accounts. Most of it is for administrators.
type userCommand struct {
	Add     userAddCommand     `cmd:"" help:"Make a user; asks for the password."`
	List    userListCommand    `cmd:"" help:"List the users."`
	Show    userShowCommand    `cmd:"" help:"Show one user."`
	Update  userUpdateCommand  `cmd:"" help:"Change a user's groups, or make or unmake an administrator."`
	Suspend userSuspendCommand `cmd:"" help:"Stop a user and all tokens of his, until resumed."`
	Resume  userResumeCommand  `cmd:"" help:"Undo a suspension."`
	Delete  userDeleteCommand  `cmd:"" help:"Revoke all of a user's tokens and take the account away."`
	Passwd  userPasswdCommand  `cmd:"" help:"Change your own password or, with a name, set another's."`
}

// userName is the argument that most of them take.
type userName struct {
	Name string `arg:"" help:"The user's name."`
}

func (u userName) path() string { return "/v1/users/" + url.PathEscape(u.Name) }

// membership is a group and the role in it.
type membership struct {
	ID   string `json:"id"`
	Role string `json:"role"`
}

// groupFlag is a membership as a flag has it.
type groupFlag membership

// UnmarshalText reads ID, ID:member or ID:admin. An id may have colons itself, so only a last part that is a
// role counts as one.
func (m *groupFlag) UnmarshalText(text []byte) error {
	m.ID, m.Role = string(text), "member"
	for _, role := range []string{"member", "admin"} {
		if id, ok := strings.CutSuffix(m.ID, ":"+role); ok {
			m.ID, m.Role = id, role
			break
		}
	}
	return nil
}

// user is the API's user.
type user struct {
	Username  string       `json:"username"`
	Owner     string       `json:"owner"`
	Admin     bool         `json:"admin"`
	Groups    []membership `json:"groups"`
	Suspended bool         `json:"suspended"`
	CreatedAt time.Time    `json:"createdAt"`
	UpdatedAt time.Time    `json:"updatedAt"`
}

func (u user) kind() string {
	if u.Admin {
		return "admin"
	}
	return "user"
}

func (u user) status() string {
	if u.Suspended {
		return "suspended"
	}
	return "active"
}

func (u user) groups() string {
	var out []string
	for _, g := range u.Groups {
		out = append(out, g.ID+":"+g.Role)
	}
	return strings.Join(out, " ")
}

// userShowCommand shows one user.
type userShowCommand struct {
	userName
	remote
}

// Run shows it.
func (c userShowCommand) Run(env *environment) error {
	return show(env, c.remote, call{method: http.MethodGet, path: c.path()}, func(u user) error {
		return showFields(env.stdout, [][2]string{
			{"username", u.Username}, {"owner", u.Owner}, {"kind", u.kind()}, {"status", u.status()}, {"groups", u.groups()},
			{"created", shortTime(u.CreatedAt)}, {"updated", shortTime(u.UpdatedAt)},
		}...)
	})
}

// userListCommand lists users.
type userListCommand struct {
	pageFlags
	remote
}

// Run lists them by name.
func (c userListCommand) Run(env *environment) error {
	return list(env, c.remote, c.pageFlags, listing{
		path: "/v1/users", member: "users", heading: []string{"NAME", "KIND", "STATUS", "GROUPS", "CREATED"},
	}, func(u user) []string {
		return []string{u.Username, u.kind(), u.status(), u.groups(), shortTime(u.CreatedAt)}
	})
}

// userDeleteCommand takes a user away.
type userDeleteCommand struct {
	userName
	remote
}

// Run does it without asking back.
func (c userDeleteCommand) Run(env *environment) error {
	if _, err := c.call(env, call{method: http.MethodDelete, path: c.path()}); err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "Deleted %s and revoked all tokens of that user.\n", plain(c.Name))
	return nil
}
