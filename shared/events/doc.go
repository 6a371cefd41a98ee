// Package events says of each change of a token, as one CloudEvent 1.0, what became of it, by whom, from where
// and when. It is pure: who reads changes, and who is told of them, stands elsewhere.
//
// An event of a type has always the same members; schema has each type's JSON Schema, which refuses any other. A
// change of what a member means is a new type, with another version at its end. No event holds a secret or a hash:
// a Record has no place for one.
//
// The envelope is a struct of our own. It has nine members, which no library makes shorter, and CloudEvents'
// own SDK would bring a second JSON encoder into every program; a test lets that SDK read what is written here.
package events
