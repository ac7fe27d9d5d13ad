//go:build race

package intake

// raced says that the race detector watches: it throws away what regular expressions keep for their next
// use, so that what is allocated says nothing, and everything takes ten times as long.
const raced = true
