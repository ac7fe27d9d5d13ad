package letter

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// Key makes and checks the secret codes that prove a case, a role and an address. It holds the
// secret of this installation, at least 32 random bytes.
type Key struct{ secret []byte }

// NewKey takes the secret of an installation.
func NewKey(secret []byte) Key { return Key{secret: secret} }

// KindButton is the kind in the code of every button.
const KindButton = "button"

var codeEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Code is a keyed MAC of 128 bits over case, role, address and kind, in 26 lower-case characters.
func (k Key) Code(reference string, role complaint.Role, address, kind string) string {
	mac := hmac.New(sha256.New, k.secret)
	for _, s := range []string{strings.ToUpper(reference), string(role), complaint.AddressKey(address), strings.ToLower(kind)} {
		fmt.Fprintf(mac, "%d:%s", len(s), s)
	}
	return codeEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Proves reports, in constant time, that code is the one of this case, role, address and kind.
func (k Key) Proves(code, reference string, role complaint.Role, address, kind string) bool {
	return hmac.Equal([]byte(strings.ToLower(code)), []byte(k.Code(reference, role, address, kind)))
}

// Identity is what a Message-ID of ours says: <k-2026-0007.reminder-3.CODE@domain>.
type Identity struct {
	Reference string // "K-2026-0007", "T-2026-0003", or "" for a mail that is about no single case
	Kind      string // the kind of letter and its sequence number in the case: "reminder-3"
	Code      string
}

// messageID makes the Message-ID of the sequence-th mail of a kind about a case to a person in a role.
func (k Key) messageID(reference string, kind complaint.LetterKind, sequence int, role complaint.Role, address, domain string) string {
	name := string(kind) + "-" + strconv.Itoa(sequence)
	prefix := "list"
	if reference != "" {
		prefix = strings.ToLower(reference)
	}
	return "<" + prefix + "." + name + "." + k.Code(reference, role, address, name) + "@" + domain + ">"
}

var identityPattern = regexp.MustCompile(`(?i)^<?(list|[kt]-\d{4}-\d{4,6})\.([a-z_]+-\d+)\.([a-z2-7]{26})@[^<>@\s]+>?$`)

// ReadIdentity reads a Message-ID of ours; false for anybody else's. It proves nothing by itself.
func ReadIdentity(messageID string) (Identity, bool) {
	m := identityPattern.FindStringSubmatch(strings.TrimSpace(messageID))
	if m == nil {
		return Identity{}, false
	}
	id := Identity{Reference: strings.ToUpper(m[1]), Kind: strings.ToLower(m[2]), Code: strings.ToLower(m[3])}
	if id.Reference == "LIST" {
		id.Reference = ""
	}
	return id, true
}

var tokenPattern = regexp.MustCompile(`(?i)\[([kt]-\d{4}-\d{4,6})[ /:]+([a-z2-7]{26})\]`)

// Token is what a button carries in the subject of the mail it opens: "[K-2026-0007 code]".
func (k Key) Token(reference string, role complaint.Role, address string) string {
	return "[" + reference + " " + k.Code(reference, role, address, KindButton) + "]"
}

// ReadToken finds the token of a button in a subject; rest is the subject without it.
func ReadToken(subject string) (id Identity, rest string, ok bool) {
	at := tokenPattern.FindStringSubmatchIndex(subject)
	if at == nil {
		return Identity{}, subject, false
	}
	id = Identity{Reference: strings.ToUpper(subject[at[2]:at[3]]), Kind: KindButton, Code: strings.ToLower(subject[at[4]:at[5]])}
	return id, strings.TrimSpace(subject[:at[0]] + " " + subject[at[1]:]), true
}

// Digest is a keyed digest of an address, for counting mails without keeping who got them.
func (k Key) Digest(address string) string {
	mac := hmac.New(sha256.New, k.secret)
	fmt.Fprintf(mac, "address:%s", complaint.AddressKey(address))
	return codeEncoding.EncodeToString(mac.Sum(nil)[:16])
}
