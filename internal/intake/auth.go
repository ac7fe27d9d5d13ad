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

// Microsoft365 is the name under which Exchange Online is trusted: it writes its verdict without a name.
const Microsoft365 = "microsoft365"

var (
	dmarcResult = regexp.MustCompile(`(?i)(?:^|;)\s*dmarc\s*=\s*([a-z]+)([^;]*)`)
	headerFrom  = regexp.MustCompile(`(?i)\bheader\.from\s*=\s*([^\s;]+)`)
)

// DMARC is the verdict of one mail server on the sender: that of the topmost Authentication-Results header
// which carries its name and says something of it. A server may write several, one below the other; what stands
// below the next Received, or among the sender's own header, may have been written by the sender (RFC 8601 §5).
func (m *Message) DMARC(authservID string) Result {
	exchange := strings.EqualFold(authservID, Microsoft365)
	begun := false
	for _, f := range m.header {
		switch {
		case !isTrace(f.name), begun && strings.EqualFold(f.name, "Received"):
			return Unknown
		case exchange && strings.EqualFold(f.name, "X-MS-Exchange-Organization-AuthAs") && strings.EqualFold(f.value, "Internal"):
			return Pass // sent within the organisation: Exchange takes this header off whatever comes from outside
		case !strings.EqualFold(f.name, "Authentication-Results"):
			continue
		}
		name, results := authserv(f.value)
		if !strings.EqualFold(name, authservID) && !(exchange && name == "") {
			continue
		}
		if begun = true; dmarcResult.MatchString(";" + results) {
			return m.judged(results)
		}
	}
	return Unknown
}

// authserv tells the name of the server that judged from its results (RFC 8601 §2.2); "" where a header
// begins with a result.
func authserv(value string) (name, results string) {
	value = withoutComments(value)
	name, results, _ = strings.Cut(value, ";")
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ") // a version may follow
	if strings.Contains(name, "=") {
		return "", value
	}
	return name, results
}

func (m *Message) judged(results string) Result {
	found := dmarcResult.FindAllStringSubmatch(";"+results, 3)
	if len(found) != 1 {
		return Unknown
	}
	if on := headerFrom.FindStringSubmatch(found[0][2]); on != nil && !strings.EqualFold(on[1], domainOf(m.From.Addr)) {
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

func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }

// isTrace reports that a header field is one that mail servers put on top of a message on its way.
func isTrace(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "authentication-results", "received-spf", "dkim-signature", "domainkey-signature", "dkim-filter", "dmarc-filter":
		return true
	}
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "arc-") || strings.HasPrefix(name, "resent-") || strings.HasPrefix(name, "authentication-results-")
}

// AuthservIDs lists the names of the mail servers that say they judged the sender, the topmost first.
func (m *Message) AuthservIDs() (names []string) {
	for _, value := range m.header.all("Authentication-Results") {
		name, results := authserv(value)
		if name == "" && dmarcResult.MatchString(";"+results) {
			name = Microsoft365
		}
		if name != "" {
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
