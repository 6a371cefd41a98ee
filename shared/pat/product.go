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
