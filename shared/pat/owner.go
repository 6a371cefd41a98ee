package pat

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"
)

// OwnerID names who tokens belong to: "user#alice", "group#7", "oidc#<issuer hash>#<subject>", "service#hoprd".
type OwnerID string

const (
	userKind    = "user#"
	groupKind   = "group#"
	oidcKind    = "oidc#"
	serviceKind = "service#"
)

var (
	usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	groupForm    = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	// A hash of the issuer, then the subject, which is at most 255 ASCII characters (OpenID Connect Core section 2).
	subjectForm = regexp.MustCompile(`^[0-9a-f]{16}#[\x21-\x7e]{1,255}$`)
)

// UserID returns the owner of the local user of that name.
func UserID(name string) OwnerID { return OwnerID(userKind + name) }

// GroupID returns the owner of that group.
func GroupID(id string) OwnerID { return OwnerID(groupKind + id) }

// subjectID returns the owner of another issuer's subject. It can never be a local user's.
func subjectID(issuer, subject string) OwnerID {
	sum := sha256.Sum256([]byte(issuer))
	return OwnerID(oidcKind + hex.EncodeToString(sum[:8]) + "#" + subject)
}

// ServiceID returns the owner of the tokens that belong to a product as a whole.
func ServiceID(product ProductName) OwnerID { return OwnerID(serviceKind + string(product)) }

// ParseOwnerID takes s if it has the form of an owner's id.
func ParseOwnerID(s string) (OwnerID, bool) {
	switch {
	case strings.HasPrefix(s, userKind):
		return OwnerID(s), usernameForm.MatchString(s[len(userKind):])
	case strings.HasPrefix(s, groupKind):
		return OwnerID(s), groupForm.MatchString(s[len(groupKind):])
	case strings.HasPrefix(s, serviceKind):
		return OwnerID(s), usernameForm.MatchString(s[len(serviceKind):])
	case strings.HasPrefix(s, oidcKind):
		return OwnerID(s), subjectForm.MatchString(s[len(oidcKind):])
	}
	return "", false
}

// IsUser reports whether the owner is a local user.
func (id OwnerID) IsUser() bool { return strings.HasPrefix(string(id), userKind) }

// Group returns the group that the owner is, "" if it is none.
func (id OwnerID) Group() string {
	group, ok := strings.CutPrefix(string(id), groupKind)
	if !ok {
		return ""
	}
	return group
}

// Name returns the part after the kind: a user's name, a group's id, an OIDC subject.
func (id OwnerID) Name() string {
	_, name, _ := strings.Cut(string(id), "#")
	if strings.HasPrefix(string(id), oidcKind) {
		_, name, _ = strings.Cut(name, "#")
	}
	return name
}

// Role is what a member may do in a group.
type Role string

// The roles: a member sees the group's tokens, an admin manages them.
const (
	RoleMember Role = "member"
	RoleAdmin  Role = "admin"
)

// Membership is a place in a group.
type Membership struct {
	Group string
	Role  Role
}

// MaxGroups bounds the groups of one user.
const MaxGroups = 64

// Owner is whoever tokens belong to; a local user is an owner with a password. Its row is the gate of
// everything that is decided for the owner as a whole.
type Owner struct {
	ID  OwnerID
	Tag Tag
	// Version counts every write of the row, and every token made for the owner under a limit.
	Version int64
	// Epoch counts what ends the owner's sessions: a new password, a log-out everywhere, a suspension, a
	// change of rights. It never goes down, not even when a deleted name is taken again.
	Epoch     int64
	Suspended bool
	Deleted   bool
	CreatedAt time.Time
	UpdatedAt time.Time

	// What a local user has beyond that.
	Password PasswordHash
	Admin    bool
	Groups   []Membership
}

// clone returns a copy that shares nothing with o.
func (o Owner) clone() Owner {
	o.Groups = append([]Membership(nil), o.Groups...)
	return o
}

// role returns the owner's role in the group, "" if it has none.
func (o Owner) role(group string) Role {
	for _, m := range o.Groups {
		if m.Group == group {
			return m.Role
		}
	}
	return ""
}
