package pat

import "time"

// ProductName names the API that a token was made by: Latchkey's own, or another product's that Latchkey stands in for.
type ProductName string

// The products that a token's string, a session or a credential of another's API knows by name.
const (
	Native    ProductName = "" // Latchkey's own; the zero value, since most records are its
	DockerHub ProductName = "dockerhub"
	Quay      ProductName = "quay"
	Authlance ProductName = "authlance"
	HOPRd     ProductName = "hoprd"
)

// Products returns every product that Latchkey stands in for.
func Products() []ProductName { return []ProductName{DockerHub, Quay, Authlance, HOPRd} }

// MaxWire bounds what a dialect keeps on a token, MaxSealed the secret that is encrypted there, in bytes.
const (
	MaxWire   = 4 << 10
	MaxSealed = 512
)

// Product is the rules in which an API differs from the others. Each dialect has one; the zero value is Latchkey's own
// way, but for Takes.
type Product struct {
	Name  ProductName
	Shape Shape // of the tokens that it makes

	// Takes says whose tokens are credentials for this API, and how they are shown. A token of any other product
	// is none, whatever it may do.
	Takes map[ProductName]Form
	// Exchanges: a token is as good as its owner's password to log in.
	Exchanges bool
	// Superuser: the superuser's token is a credential for it.
	Superuser bool

	Secludes       bool          // it shows only tokens that it made, of the caller's own or of a group
	Forgets        bool          // a token that has ended for good looks unknown, and cannot be ended twice
	ForgetsExpired time.Duration // a token that expired so long ago looks unknown; 0: only once it is purged

	Lasts                 bool          // a token may live for ever, which it does unless asked otherwise, and beyond the policy's maximum
	Lifetime, MaxLifetime time.Duration // in place of the policy's; 0: the policy's
	Mute                  bool          // a request cannot name an expiry or addresses: the token gets what its maker can give

	Nameless bool // a token may be made without a name
	AnyName  int  // a name is any text of at most so many characters; 0: one that a list can show

	Owner     OwnerID // of all its tokens; "": the caller, or a group
	Limit     int     // of the tokens that it shows of one owner, beside the policy's limit of those that live; 0: none
	Unlimited bool    // the policy's limit does not count here

	Reveals bool // it shows a token's secret again to its owner, for as long as the token lives
}

// Form is a way of showing a token as a credential, or several.
type Form int

// The forms.
const (
	AsBearer   Form = 1 << iota // after Bearer
	AsPassword                  // the password of its owner, or of nobody named
	AsApp                       // the password of the user name $app
	AsKey                       // by itself, in a header of its own or as a user name
	AsNamed                     // the password of its owner, who is named
)

// appUser is the user name whose password can be an application's token.
const appUser = "$app"

// takes returns which products' tokens are credentials when shown in the form.
func (p Product) takes(f Form) func(ProductName) bool {
	return func(made ProductName) bool { return p.Takes[made]&f != 0 }
}

// made returns the question whether a token is the product's.
func (n ProductName) made() func(ProductName) bool {
	return func(other ProductName) bool { return other == n }
}

// counts reports whether making a token rests on how many its owner has.
func (p Product) counts() bool { return !p.Unlimited || p.Limit > 0 }

// shows reports whether the API that the caller speaks knows of the token at all; whether the caller may is
// another question.
func (c Caller) shows(t Token, now time.Time) bool {
	p := c.Product
	switch {
	case p.Secludes && (t.Product != p.Name || t.Owner != c.Owner && t.Owner.Group() == ""),
		p.Forgets && t.Final(),
		p.ForgetsExpired > 0 && t.expired(now.Add(-p.ForgetsExpired)):
		return false
	}
	return true
}
