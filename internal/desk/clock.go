package desk

import "time"

// Clock tells the time. Everything below it takes the time as an argument, read once per transaction.
type Clock func() time.Time

// SystemClock is the one place outside the command that asks the machine what time it is.
func SystemClock() time.Time { return time.Now().UTC() }

// Pretend is a clock that stands still, for rehearsals and tests.
func Pretend(at time.Time) Clock { return func() time.Time { return at.UTC() } }
