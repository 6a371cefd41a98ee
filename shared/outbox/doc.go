// Package outbox tells of every change that waits in a store's outbox: to the log, and to whoever else is configured.
//
// Each reader goes through the changes at its own pace, in their order, and notes in the store how far it is; one that
// takes nothing holds no other back. A change is told at least once: what was taken and not yet noted when the process
// ended is told again, with the same id. What every reader has is removed from the outbox.
//
// A reader that does not take an event is asked again, later and later, and is told nothing else meanwhile. What it
// did not take in MaxAge, and all but the newest MaxBehind changes, it will not hear: it is passed over, and the log says
// so. So a reader that is gone for good cannot make the store grow without end.
//
// Nothing that goes wrong here reaches a request.
package outbox
