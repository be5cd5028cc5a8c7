//go:build unix

package store

import "syscall"

// freeBytes is what an ordinary account may still write.
func freeBytes(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil //nolint:gosec,unconvert // a block's size is positive; its type is not the same everywhere
}
