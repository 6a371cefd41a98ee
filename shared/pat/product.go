package pat

// Product names the API that a token was made by and a caller speaks: Latchkey's own, or that of another product
// that Latchkey stands in for.
type Product string

// The products.
const (
	Native    Product = "" // Latchkey's own; the zero value, since most records are its
	DockerHub Product = "dockerhub"
)

// MaxWire bounds what a dialect keeps on a token, in bytes.
const MaxWire = 4 << 10

// habits are the rules in which products differ. The zero value is Latchkey's own way.
type habits struct {
	shape Shape // of the tokens that it makes

	secludes bool // it shows only tokens that it made, of the caller's own
	forgets  bool // a token that has ended for good looks unknown, and cannot be ended twice
	lasts    bool // a token may live for ever, which it does unless asked otherwise, and beyond the policy's maximum
	nameless bool // a token may be made without a name

	exchanges bool // a token is as good as its owner's password to log in, and good for nothing else
}

// products is the one place that says what a product does otherwise.
var products = map[Product]habits{
	Native:    {shape: ShapeNative},
	DockerHub: {shape: ShapeDockerHub, secludes: true, forgets: true, lasts: true, nameless: true, exchanges: true},
}

// shows reports whether the API that the caller speaks knows of the token at all; whether the caller may is
// another question.
func (c Caller) shows(t Token) bool {
	h := products[c.Product]
	return !(h.secludes && (t.Product != c.Product || t.Owner != c.Owner)) && !(h.forgets && t.Final())
}
