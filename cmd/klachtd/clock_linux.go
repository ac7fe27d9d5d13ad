package main

import "golang.org/x/sys/unix"

// clockSynchronised asks the kernel whether something keeps its clock right (adjtimex(2)); known is
// false where it may not be asked.
func clockSynchronised() (synchronised, known bool) {
	state, err := unix.Adjtimex(&unix.Timex{})
	return state != unix.TIME_ERROR, err == nil
}
