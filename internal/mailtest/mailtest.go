// Package mailtest starts mail servers of its own for `demo` and the tests: embedded ones that need nothing installed,
// scripted ones that misbehave on purpose, and private copies of Dovecot and Postfix where these are installed.
package mailtest
