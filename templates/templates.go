// Package templates holds the Dutch texts of every outgoing mail: a .txt and an .html for each, and the layout around them; and what goes on the website.
package templates

import "embed"

// Files are the texts. An organisation lays files of the same names over them.
//
//go:embed *.txt *.html
var Files embed.FS
