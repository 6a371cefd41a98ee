package bolt

import (
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// ownerRow is a pat.Owner on the disk.
type ownerRow struct {
	Format    int             `json:"v"`
	ID        pat.OwnerID     `json:"id"`
	Tag       pat.Tag         `json:"tag"`
	Version   int64           `json:"version"`
	Epoch     int64           `json:"epoch,omitzero"`
	Suspended bool            `json:"suspended,omitzero"`
	Deleted   bool            `json:"deleted,omitzero"`
	CreatedAt time.Time       `json:"createdAt,omitzero"`
	UpdatedAt time.Time       `json:"updatedAt,omitzero"`
	Password  string          `json:"password,omitzero"`
	Admin     bool            `json:"admin,omitzero"`
	Groups    []membershipRow `json:"groups,omitempty"`
}

type membershipRow struct {
	Group string   `json:"group"`
	Role  pat.Role `json:"role"`
}

// encodeOwner refuses an owner that decodeOwner would refuse.
func encodeOwner(o pat.Owner) ([]byte, error) {
	row := ownerRow{
		Format: rowFormat, ID: o.ID, Tag: o.Tag, Version: o.Version, Epoch: o.Epoch, Suspended: o.Suspended,
		Deleted: o.Deleted, CreatedAt: o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(),
		Password: string(o.Password), Admin: o.Admin,
	}
	for _, m := range o.Groups {
		row.Groups = append(row.Groups, membershipRow(m))
	}
	if err := row.check(o.ID); err != nil {
		return nil, err
	}
	return encode(row)
}

// decodeOwner reads the row that lies at the id.
func decodeOwner(raw []byte, id pat.OwnerID) (pat.Owner, error) {
	var r ownerRow
	if err := decode(raw, &r); err != nil {
		return pat.Owner{}, err
	}
	if err := r.check(id); err != nil {
		return pat.Owner{}, err
	}
	o := pat.Owner{
		ID: r.ID, Tag: r.Tag, Version: r.Version, Epoch: r.Epoch, Suspended: r.Suspended, Deleted: r.Deleted,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Password: pat.PasswordHash(r.Password), Admin: r.Admin,
	}
	for _, m := range r.Groups {
		o.Groups = append(o.Groups, pat.Membership(m))
	}
	return o, nil
}

func (r *ownerRow) check(id pat.OwnerID) error {
	var w wrong
	w.unless(r.Format == rowFormat, "the format is another version's")
	w.unless(id != "" && r.ID == id, "the id is not the record's own")
	// A tag is half a prefix.
	_, ok := pat.ParsePrefix(string(r.Tag + r.Tag))
	w.unless(ok, "the tag is malformed")
	w.unless(r.Version > 0 && r.Epoch >= 0, "there is no version")
	for _, g := range r.Groups {
		w.unless(g.Group != "" && g.Role != "", "a membership is empty")
	}
	return w.err
}

func getOwner(tx *bbolt.Tx, id pat.OwnerID) (pat.Owner, error) {
	raw := get(tx, bucketOwners, string(id))
	if raw == nil {
		return pat.Owner{}, pat.ErrNotFound
	}
	return decodeOwner(raw, id)
}
