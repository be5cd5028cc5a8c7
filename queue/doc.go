// Package queue holds the rules of a public service mall: what a ticket is,
// who is next, and what may happen to a visitor's place in a line.
//
// It is pure: no SQL, no HTTP and no clock of its own. Callers pass the time
// in, so that a test can stand at any midnight it likes.
package queue
