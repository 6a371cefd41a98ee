package dynamo

import "latchkey/shared/pat"

// ownerFields lists an owner's attributes.
func ownerFields(r *row, o *pat.Owner, s *stamp) {
	r.head(ownerKey(o.ID))
	r.fixed("id", text(string(o.ID)))
	str(r, "tag", &o.Tag)
	r.count("version", &o.Version)
	r.count("epoch", &o.Epoch)
	r.flag("suspended", &o.Suspended)
	r.flag("deleted", &o.Deleted)
	r.moment("createdAt", &o.CreatedAt)
	r.moment("updatedAt", &o.UpdatedAt)
	str(r, "password", &o.Password)
	r.flag("admin", &o.Admin)
	list(r, "groups", &o.Groups, func(r *row, name string, m *pat.Membership) {
		r.group(name, func(r *row) {
			str(r, "group", &m.Group)
			str(r, "role", &m.Role)
			r.unless(m.Group != "" && m.Role != "", "a membership is empty")
		})
	})
	s.fields(r)
	_, ok := pat.ParsePrefix(string(o.Tag + o.Tag)) // a tag is half a prefix
	r.unless(ok, "the tag is malformed")
	r.unless(o.ID != "" && o.Version > 0, "there is no id or no version")
}

func encodeOwner(o pat.Owner, s stamp) (item, error) {
	return encode(func(r *row) { ownerFields(r, &o, &s) })
}

// decodeOwner reads the row that lies at the id.
func decodeOwner(it item, id pat.OwnerID) (pat.Owner, error) {
	if len(it) == 0 {
		return pat.Owner{}, pat.ErrNotFound
	}
	o, s := pat.Owner{ID: id}, stamp{}
	if err := decode(it, func(r *row) { ownerFields(r, &o, &s) }); err != nil {
		return pat.Owner{}, err
	}
	return o, nil
}
