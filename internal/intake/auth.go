package intake

import (
	"regexp"
	"strings"
)

// Result is what a mail server found of a sender (RFC 8601 §2.7).
type Result string

// The results that matter. Unknown: the server said nothing, or not clearly.
const (
	Unknown Result = ""
	Pass    Result = "pass"
	Fail    Result = "fail"
)

var dmarcResult = regexp.MustCompile(`(?i)(?:^|;)\s*dmarc\s*=\s*([a-z]+)`)

// DMARC is the verdict of one mail server on the sender: that of the topmost Authentication-Results
// header which carries its name. Whatever stands below may have been written by the sender.
func (m *Message) DMARC(authservID string) Result {
	for _, value := range m.header.All("Authentication-Results") {
		name, results, _ := strings.Cut(withoutComments(value), ";")
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ") // a version may follow
		if !strings.EqualFold(name, authservID) {
			continue
		}
		found := dmarcResult.FindAllStringSubmatch(";"+results, 3)
		if len(found) != 1 {
			return Unknown
		}
		switch strings.ToLower(found[0][1]) {
		case "pass":
			return Pass
		case "fail", "permerror":
			return Fail
		}
		return Unknown
	}
	return Unknown
}

// AuthservIDs lists the names of the mail servers that say they judged the sender, the topmost first.
func (m *Message) AuthservIDs() (names []string) {
	for _, value := range m.header.All("Authentication-Results") {
		name, _, _ := strings.Cut(withoutComments(value), ";")
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
		if name != "" && !strings.Contains(name, "=") {
			names = append(names, name)
		}
	}
	return names
}

// withoutComments takes comments off, nested ones and those with semicolons in them too (RFC 5322 §3.2.2).
func withoutComments(s string) string {
	var out strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
		case c == ')' && !quoted && depth > 0:
			depth--
		case depth == 0 && !quoted:
			out.WriteByte(c)
		}
	}
	return out.String()
}
