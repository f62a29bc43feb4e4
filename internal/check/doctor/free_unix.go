//go:build linux || darwin

package doctor

import "syscall"

// freeBytes is the room that is left for us on the disk of dir.
func freeBytes(dir string) (free uint64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
