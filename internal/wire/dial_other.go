//go:build !linux

package wire

import "syscall"

// setUserTimeout leaves it to session.do to notice a dead peer where the system has no TCP_USER_TIMEOUT.
func setUserTimeout(_, _ string, _ syscall.RawConn) error { return nil }
