package mailbox

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"klikonderwijs.nl/klachtd/internal/mailtest"
	"klikonderwijs.nl/klachtd/internal/wire"
)

// odd is a scripted server with mails 1 to n in its inbox, some of which it presents oddly.
type odd struct {
	n        int
	caps     string                                              // beside IMAP4rev1
	facts    func(uid int, items string) (answer string)         // of a FETCH without body; empty = the proper answer
	body     func(uid int, bySeq bool) (answer string, odd bool) // of a FETCH of a body
	any      func(conn int, command string) (answer string, odd bool)
	selected string // lines of SELECT; empty = the proper ones

	mu   sync.Mutex
	gone map[int]bool // moved away
}

const oddMail = "Subject: nr %d\r\n\r\nOm te klagen.\r\n"

func (o *odd) start(t *testing.T) (*rig, *mailtest.Script) {
	t.Helper()
	o.gone = make(map[int]bool)
	script, err := mailtest.StartScript("* OK klaar", o.answer)
	noError(t, err)
	t.Cleanup(func() { noError(t, script.Close()) })
	r := &rig{cfg: config(t, script.Host(), script.Port())}
	r.cfg.Security, r.cfg.Username, r.cfg.Password = wire.Plain, "anna@klik.example", secret("geheim")
	return r, script
}

var fetching = regexp.MustCompile(`^(UID )?FETCH (\S+) \((.*)\)$`)

func (o *odd) answer(conn int, command string) string {
	if o.any != nil {
		if answer, odd := o.any(conn, command); odd {
			return answer
		}
	}
	word, _, _ := strings.Cut(strings.TrimPrefix(command, "UID "), " ")
	ok := "$TAG OK goed\r\n"
	switch word {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 " + o.caps + "\r\n" + ok
	case "LIST":
		return `* LIST () "/" "map"` + "\r\n" + ok
	case "STATUS":
		return "* STATUS \"" + drop + "\" (MESSAGES 0)\r\n" + ok
	case "SELECT":
		return o.selecting() + ok
	case "SEARCH":
		return o.searching(command) + ok
	case "FETCH":
		return o.fetching(command)
	case "MOVE":
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, uid := range uidsIn(strings.Fields(command)[2], o.n) {
			o.gone[uid] = true
		}
	case "IDLE":
		return "+ luister\r\n"
	case "DONE":
		return "" // its tag is that of IDLE, which the script does not keep
	}
	return ok
}

func (o *odd) selecting() string {
	if o.selected != "" {
		return o.selected
	}
	return fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT %d] .\r\n", o.n, o.n+1)
}

func (o *odd) searching(command string) string {
	set := command[strings.LastIndex(command, "UID ")+4:]
	answer := "* SEARCH"
	for _, uid := range uidsIn(strings.Fields(set)[0], o.n) {
		if !o.isGone(uid) {
			answer += " " + strconv.Itoa(uid)
		}
	}
	return answer + "\r\n"
}

func (o *odd) isGone(uid int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gone[uid]
}

func (o *odd) fetching(command string) string {
	parts := fetching.FindStringSubmatch(command)
	var answer strings.Builder
	for _, uid := range uidsIn(parts[2], o.n) {
		one := o.one(uid, parts[1] == "", parts[3])
		answer.WriteString(one)
		if one != "" && !strings.HasSuffix(one, "\n") { // cut here
			return answer.String()
		}
	}
	return answer.String() + "$TAG OK klaar\r\n"
}

func (o *odd) one(uid int, bySeq bool, items string) string {
	if o.isGone(uid) {
		return ""
	}
	mail := fmt.Sprintf(oddMail, uid)
	if strings.Contains(items, "BODY") {
		if o.body != nil {
			if answer, odd := o.body(uid, bySeq); odd {
				return answer
			}
		}
		return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", uid, uid, len(mail), mail)
	}
	if o.facts != nil {
		if answer := o.facts(uid, items); answer != "" {
			return answer
		}
	}
	answer := fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE %d", uid, uid, len(mail))
	if strings.Contains(items, "INTERNALDATE") {
		answer += ` INTERNALDATE "02-Mar-2026 09:00:00 +0100"`
	}
	if strings.Contains(items, "FLAGS") {
		answer += ` FLAGS ()`
	}
	return answer + ")\r\n"
}

// uidsIn lists what a set names among 1 to n; n+1:* names n.
func uidsIn(set string, n int) (uids []int) {
	for part := range strings.SplitSeq(set, ",") {
		from, to, isRange := strings.Cut(part, ":")
		low := atoi(from, n)
		high := low
		if isRange {
			high = atoi(to, n)
		}
		for uid := min(low, high); uid <= min(max(low, high), n); uid++ {
			uids = append(uids, uid)
		}
	}
	return uids
}

func atoi(s string, star int) int {
	if s == "*" {
		return star
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err) // the library writes sets
	}
	return n
}

// ancient is a ledger that knows the scripted inbox from before its first mail.
func ancient() *memory {
	return &memory{known: map[string]Position{inbox: {UIDValidity: 7, Next: 1, Since: morning}}}
}
