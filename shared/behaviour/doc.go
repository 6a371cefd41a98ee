// Package behaviour says what the API does, from outside: as scripts that read aloud (testdata), and as a
// table of bad requests with the exact answer to each. Both run through any Door, so that every way in is held
// to the same words. The package knows no other of ours: what it checks is what a client sees.
//
//	func TestScripts(t *testing.T)  { behaviour.Scripts(t, open) }
//	func TestBadInput(t *testing.T) { behaviour.BadInput(t, open(t)) }
package behaviour
