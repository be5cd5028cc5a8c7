// Package e2e tests the built binary from outside, as a visitor, an officer, a
// screen and an attacker meet it: over HTTP, WebSockets and a real browser.
// Its tests carry the build tag e2e, the long ones prove; make runs both.
package e2e
