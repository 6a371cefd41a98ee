// Package behaviour says what the API does, from outside: as scripts that read aloud (testdata). They
// run through any Door, so that every way in can be held to the same words. It knows no other package of ours: what it checks is what a client sees.
package behaviour
