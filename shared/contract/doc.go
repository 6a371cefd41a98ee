// Package contract holds the service to what other products' APIs promise, line by line, from outside: through any Door,
// so that every way in is held to the same words. Each line says in words what it shows, on a ground of its own.
//
//	func TestDockerHub(t *testing.T) { contract.DockerHub(t, open(t)) }
//
// A line that needs time to pass, or settings of its own, is shown on a service apart, where the door can open one. The
// package knows nothing of ours but the door: what it checks is what a client sees.
package contract
