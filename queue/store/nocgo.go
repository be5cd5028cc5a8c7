//go:build !cgo

package store

// SQLite is C. Without a C compiler the driver builds and then fails in the
// mall on the first morning; this line fails the build instead, and says why.
var _ = install_gcc_and_build_with_CGO_ENABLED_1
