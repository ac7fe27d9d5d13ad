package intake

import (
	"regexp"
	"strings"
)

var (
	replySubjects   = regexp.MustCompile(`(?i)^\W*(automatisch(e)? (antwoord|reactie|beantwoording)|automatic reply|auto(matic)?[- ]?(reply|response|antwoord)|out of (the )?office|automatische antwort|réponse automatique)`)
	absentSubject   = regexp.MustCompile(`(?i)^\W*(automatisch(e)? (antwoord|reactie|beantwoording)|automatic reply|auto(matic)?[- ]?(reply|response|antwoord)|out of (the )?office|afwezig|afwezigheid|ik ben (even )?(afwezig|er niet|met vakantie|op vakantie)|ben er even niet|niet aanwezig|vakantie ?(bericht|antwoord)|on (vacation|holiday|leave)|abwesen|automatische antwort|réponse automatique)`)
	receiptSubject  = regexp.MustCompile(`(?i)^\W*(gelezen|read|leesbevestiging|read receipt|ontvangstbevestiging \(gelezen\)|niet gelezen|not read|gelesen)\s*:`)
	calendarSubject = regexp.MustCompile(`(?i)^\W*(geaccepteerd|accepted|geweigerd|declined|voorlopig|tentative|tentatively accepted|afgewezen|aanvaard)\s*:`)
	machineText     = newPattern(`(?i)(dit is een automatisch (gegenereerd|verzonden|verstuurd)|dit bericht is automatisch (gegenereerd|verzonden|verstuurd|aangemaakt)|this is an automat(ed|ically generated) (message|e-?mail|response|reply)|automatisch gegenereerd(e)? (bericht|e-?mail|antwoord)|do not reply to this (e-?mail|message)|u kunt (niet op )?dit bericht( niet)? (antwoorden|beantwoorden))`)
)

// machineOf says whether a mail was made by a machine, by its headers and its form (RFC 3834 §2, RFC 2369, RFC 2919).
func machineOf(m *Message) Machine {
	h := m.header
	submitted, _, _ := strings.Cut(strings.ToLower(h.Get("Auto-Submitted")), ";")
	submitted = strings.TrimSpace(comment.ReplaceAllString(submitted, ""))
	calendar, receipt, silent := calendarAnswer(m), dispositionReport(m), submitted == "" || submitted == "no"
	switch {
	case calendar || calendarSubject.MatchString(m.Subject):
		return Machine{Automatic: true, Reply: true, BySubject: !calendar && silent, Reason: "het is een antwoord van een agenda"}
	case receipt || receiptSubject.MatchString(m.Subject):
		return Machine{Automatic: true, Reply: true, BySubject: !receipt && silent, Reason: "het is een leesbevestiging"}
	}
	absent := replySubjects.MatchString(m.Subject) || (absentSubject.MatchString(m.Subject) && (len(m.InReplyTo) > 0 || submitted != "" || h.Has("X-Auto-Response-Suppress")))
	switch {
	case submitted == "auto-replied", absent:
		return Machine{Automatic: true, Reply: true, Reason: "het is een automatisch antwoord"}
	case submitted != "" && submitted != "no":
		return Machine{Automatic: true, Reason: "de kop zegt dat het automatisch is verzonden (Auto-Submitted)"}
	case h.Has("X-Autoreply"), h.Has("X-Autorespond"), strings.Contains(strings.ToLower(h.Get("Precedence")), "auto_reply"):
		return Machine{Automatic: true, Reply: true, Reason: "de kop zegt dat het een automatisch antwoord is"}
	case bulky(h):
		return Machine{Automatic: true, Bulk: true, Reason: "het is aan een verzendlijst gestuurd"}
	case h.Has("Return-Path") && strings.Trim(h.Get("Return-Path"), "<> ") == "":
		return Machine{Automatic: true, Reason: "de afzender op de envelop is leeg"}
	case suppresses(h.Get("X-Auto-Response-Suppress")):
		return Machine{Automatic: true, Reason: "de kop vraagt om geen automatisch antwoord (X-Auto-Response-Suppress)"}
	case machineSender(m.From.Addr):
		return Machine{Automatic: true, Reason: "de afzender is een mailsysteem"}
	case machineText.MatchString(bounded(m.Text, 20_000)):
		return Machine{Automatic: true, ByText: true, Reason: "het bericht zegt zelf dat het automatisch is gemaakt"}
	}
	return Machine{}
}

func bulky(h Header) bool {
	precedence := strings.ToLower(strings.TrimSpace(h.Get("Precedence")))
	return h.Has("List-Id") || h.Has("List-Unsubscribe") || h.Has("List-Post") || h.Has("Feedback-ID") || h.Has("X-Campaign") || h.Has("X-CampaignID") ||
		precedence == "bulk" || precedence == "list" || precedence == "junk"
}

func suppresses(value string) bool {
	value = strings.ToLower(value)
	return strings.Contains(value, "all") || strings.Contains(value, "autoreply") || strings.Contains(value, "oof")
}

func machineSender(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	return local == "mailer-daemon" || local == "postmaster" || local == "mail-daemon" || local == "listserv" || local == "majordomo"
}

func calendarAnswer(m *Message) bool {
	for _, p := range m.parts {
		if p.media == "text/calendar" && (strings.EqualFold(p.params["method"], "reply") || strings.Contains(string(p.body[:min(len(p.body), 4000)]), "METHOD:REPLY")) {
			return true
		}
	}
	return false
}

func dispositionReport(m *Message) bool {
	for _, p := range m.parts {
		if p.media == "message/disposition-notification" || (p.media == "multipart/report" && strings.EqualFold(p.params["report-type"], "disposition-notification")) {
			return true
		}
	}
	return false
}
