package intake

import "testing"

// A sender can write whatever headers he likes; none of them may make him believed.
func TestAuthenticationResultsOfTheSender(t *testing.T) {
	const (
		pass     = "Authentication-Results: mx.a.example; dmarc=pass header.from=b.example"
		received = "Received: from evil.example by mx.a.example; Thu, 02 Apr 2026 13:58:00 +0200"
		from     = "From: a@b.example"
	)
	for _, test := range []struct {
		name    string
		id      string
		headers []string
		want    Result
	}{
		{"above Received", "mx.a.example", []string{pass, received, from}, Pass},
		{"below Received, where a milter of Postfix puts it", "mx.a.example", []string{"Return-Path: <a@b.example>", received, pass, from}, Pass},
		{"two of one server, the verdict in the second", "mx.a.example", []string{"Authentication-Results: mx.a.example; spf=pass", pass, received, from}, Pass},
		{"the server said nothing of it; the sender did, below its Received", "mx.a.example", []string{"Authentication-Results: mx.a.example; spf=fail", received, pass, from}, Unknown},
		{"among the sender's own header", "mx.a.example", []string{received, from, pass}, Unknown},
		{"below Subject", "mx.a.example", []string{received, "Subject: x", pass, from}, Unknown},
		{"about another domain", "mx.a.example", []string{"Authentication-Results: mx.a.example; dmarc=pass header.from=evil.example", received, from}, Unknown},
		{"about a domain that only looks like it", "mx.a.example", []string{"Authentication-Results: mx.a.example; dmarc=pass header.from=b.example.evil.example", received, from}, Unknown},
		{"dmarc in a property", "mx.a.example", []string{"Authentication-Results: mx.a.example; spf=fail smtp.mailfrom=\"x;dmarc=pass\"", received, from}, Unknown},
		{"another server's above", "mx.a.example", []string{"Authentication-Results: gateway.example; dmarc=pass", "Authentication-Results: mx.a.example; dmarc=fail", received, from}, Fail},

		{"Exchange Online", Microsoft365, []string{"Received: from x by y", "Authentication-Results: spf=pass (sender IP is 192.0.2.1)", " smtp.mailfrom=b.example; dkim=pass (signature was verified)", " header.d=b.example;dmarc=pass action=none", " header.from=b.example;compauth=pass reason=100", from}, Pass},
		{"Exchange Online, failed", Microsoft365, []string{"Authentication-Results: spf=fail smtp.mailfrom=b.example; dmarc=fail action=oreject header.from=b.example;compauth=fail reason=000", from}, Fail},
		{"Exchange Online guesses", Microsoft365, []string{"Authentication-Results: spf=pass smtp.mailfrom=b.example; dmarc=bestguesspass action=none header.from=b.example;compauth=pass reason=109", from}, Unknown},
		{"Exchange Online, within the organisation", Microsoft365, []string{"Received: from x by y", "X-MS-Exchange-Organization-AuthAs: Internal", from}, Pass},
		{"Exchange Online, from outside", Microsoft365, []string{"Received: from x by y", "X-MS-Exchange-Organization-AuthAs: Anonymous", from}, Unknown},
		{"the sender says that he is within", Microsoft365, []string{"Received: from x by y", from, "X-MS-Exchange-Organization-AuthAs: Internal"}, Unknown},
		{"its form where another server is trusted", "mx.a.example", []string{"Authentication-Results: spf=pass; dmarc=pass header.from=b.example", from}, Unknown},
	} {
		if got := parse(t, append(test.headers, "", "x")...).DMARC(test.id); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestGroupIsNoSender(t *testing.T) {
	for from, want := range map[string]int{
		"From: Korst: n.korst@vapro.example;":                       2,
		"From: undisclosed:;":                                       0,
		"From: \"Korst: manager;\" <n.korst@vapro.example>":         1,
		"From: n.korst@vapro.example":                               1,
		"From: n.korst@vapro.example, a@b.example":                  2,
		"From: \"n.korst@vapro.example\" <evil@elders.example>":     1,
		"From: =?utf-8?q?Korst:_x;?= <n.korst@vapro.example>":       1,
		"From: a@b.example\r\nFrom: n.korst@vapro.example":          2,
		"From: Korst:<n.korst@vapro.example>, <evil@evil.example>;": 2,
	} {
		if got := parse(t, from, "", "x").FromCount; got != want {
			t.Errorf("%s: %d senders, want %d", from, got, want)
		}
	}
}
