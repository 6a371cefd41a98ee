// Package behaviour says what the API does, from outside: as scripts that read aloud (testdata), as a table of bad
// requests with the exact answer to each, and as other products' clients would have it. All run through any Door, so
// that every way in is held to the same words. The package knows no other of ours: what it checks is what a client sees.
//
//	func TestScripts(t *testing.T)  { behaviour.Scripts(t, open) }
//	func TestBadInput(t *testing.T) { behaviour.BadInput(t, open(t)) }
//	func TestClients(t *testing.T)  { behaviour.DockerHub(t, open(t)) }
package behaviour
