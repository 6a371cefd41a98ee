package native

import (
	"net/http"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

type userView struct {
	Username  string       `json:"username"`
	Owner     pat.OwnerID  `json:"owner"`
	Admin     bool         `json:"admin"`
	Groups    []membership `json:"groups"`
	Suspended bool         `json:"suspended"`
	CreatedAt string       `json:"createdAt"`
	UpdatedAt string       `json:"updatedAt"`
}

func userOf(o pat.Owner) userView {
	out := userView{Username: o.ID.Name(), Owner: o.ID, Admin: o.Admin, Groups: []membership{}, Suspended: o.Suspended,
		CreatedAt: wireTime(o.CreatedAt), UpdatedAt: wireTime(o.UpdatedAt)}
	for _, m := range o.Groups {
		out.Groups = append(out.Groups, membership{m.Group, string(m.Role)})
	}
	return out
}

func encodeUser(o pat.Owner) (dialect.Response, error) { return dialect.JSON(http.StatusOK, userOf(o)) }

func encodeCreatedUser(o pat.Owner) (dialect.Response, error) {
	res, err := dialect.JSON(http.StatusCreated, userOf(o))
	res.Header.Set("Location", "/v1/users/"+o.ID.Name())
	return res, err
}

func encodeUsers(page pat.ListUsersResult) (dialect.Response, error) {
	out := struct {
		Users      []userView `json:"users"`
		NextCursor string     `json:"nextCursor,omitzero"`
	}{[]userView{}, encodeCursor(userCursor, page.Next)}
	for _, o := range page.Users {
		out.Users = append(out.Users, userOf(o))
	}
	return dialect.JSON(http.StatusOK, out)
}
