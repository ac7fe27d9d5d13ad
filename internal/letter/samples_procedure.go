package letter

import (
	"slices"
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
	"klikonderwijs.nl/klachtd/internal/workday"
)

const (
	sampleMotivation = "De trainer kwam niet opdagen en er was geen vervanger. Dat is in strijd met de afspraak in de offerte. Dat niemand belde, had niet mogen gebeuren."
	sampleAgreement  = "De training wordt op 23 april kosteloos herhaald. De deelnemers krijgen daarna een nieuwe examendatum."
	sampleObjection  = "Ik ben het er niet mee eens. De reiskosten van twaalf mensen zijn niet vergoed."
)

// procedure are the mails of the informal phase, the judgement and the objection.
func (s *sampler) procedure() []Sample {
	april := func(day int) workday.Date { return workday.NewDate(2026, time.April, day) }
	all := s.forwarded.Fields
	start := []complaint.Fact{s.registered(all), &complaint.Assigned{Assessor: s.house.Assessors[0], Automatic: true}}
	after := func(facts ...complaint.Fact) complaint.Case { return s.fold(slices.Concat(start, facts)...) }
	mediator := complaint.Person{Name: "Els Prins", Salutation: "mevr.", Email: "e.prins@voorbeeld.example"}
	members := []complaint.Person{{Name: "Carla Bos", Salutation: "mevr.", Email: "bos@voorbeeld.example"}, {Name: "Wim Vos", Salutation: "dhr.", Email: "vos@voorbeeld.example"}}
	started := &complaint.InformalStarted{Mediator: mediator}
	judged := &complaint.Judged{Verdict: complaint.PartlyFounded, Motivation: sampleMotivation}
	founded := &complaint.Decided{Verdict: complaint.PartlyFounded, Motivation: sampleMotivation}
	unfounded := &complaint.Decided{Verdict: complaint.Unfounded, Motivation: "De training is gegeven zoals in de offerte staat. De trainer was op tijd."}
	measure := &complaint.MeasurePlanned{Number: 1, What: "De training kosteloos herhalen.", Due: april(16)}
	objected := &complaint.Objected{On: april(10)}
	late := &complaint.Objected{On: april(24), Late: true, Words: sampleObjection}
	committee := &complaint.CommitteeAppointed{Members: members}
	ruled := &complaint.ObjectionDecided{Verdict: complaint.Founded, Motivation: "De reiskosten horen bij de schade."}
	ruledAgainst := &complaint.ObjectionDecided{Verdict: complaint.Unfounded, Motivation: "De reiskosten zijn al betaald."}

	informal, settled := after(started), after(started, &complaint.Settled{Agreement: sampleAgreement}, &complaint.Closed{On: april(10), How: complaint.ClosedSettled})
	formal, consulting, remarked := after(started, &complaint.Formal{}), after(judged), after(judged, &complaint.Remarked{Remarks: "Kijkt u nog naar de offerte?"})
	decided, dismissed := after(founded, measure), after(unfounded)
	objection, lateObjection := after(founded, objected), after(founded, late)
	appointed := after(founded, measure, objected, committee)
	extended := after(founded, objected, committee, &complaint.Extended{Until: workday.NewDate(2026, time.May, 22), Reason: "Een getuige is op reis."})
	closed := func(how complaint.Closure) complaint.Case { return after(&complaint.Closed{On: april(10), How: how}) }
	unanswered := s.registered(all)
	unanswered.ReplyTo, unanswered.NoAnswer = "", "er is geen e-mailadres van de indiener bekend"
	byHand := s.letter("by-hand", complaint.LetterByHand, complaint.RoleManager, s.fold(unanswered, start[1], founded), sampleMotivation)

	written := s.registered(all)
	written.Channel, written.OnPaper, written.Postal, written.ReplyTo = complaint.ChannelLetter, true, "Havenstraat 12, 3011 AB Rotterdam", ""
	byLetter := s.letter("by-hand-on-paper", complaint.LetterByHand, complaint.RoleManager, s.fold(written, start[1], founded, measure), sampleMotivation)

	const (
		toComplainant, toManager, toAssessor, toMediator, toChair, toMember = complaint.RoleComplainant, complaint.RoleManager, complaint.RoleAssessor, complaint.RoleMediator, complaint.RoleCommittee, complaint.RoleMember
	)
	return []Sample{
		s.letter("standing-decided", complaint.LetterStanding, toComplainant, decided, ""),
		s.letter("standing-objection", complaint.LetterStanding, toComplainant, objection, ""),
		s.letter("standing-closed", complaint.LetterStanding, toComplainant, closed(complaint.ClosedWithdrawn), ""),
		s.letter("passed-on-withdrawal", complaint.LetterPassedOn, toManager, s.forwarded, complaint.ReadAsWithdrawal),
		s.letter("informal", complaint.LetterInformal, toComplainant, informal, ""),
		s.letter("informal-mediator", complaint.LetterInformal, toMediator, informal, ""),
		s.letter("informal-assessor", complaint.LetterInformal, toAssessor, informal, ""),
		s.letter("settled", complaint.LetterSettled, toComplainant, settled, sampleAgreement),
		s.letter("settled-manager", complaint.LetterSettled, toManager, settled, sampleAgreement),
		s.letter("formal", complaint.LetterFormal, toComplainant, formal, ""),
		s.letter("formal-assessor", complaint.LetterFormal, toAssessor, formal, ""),
		s.letter("formal-decided", complaint.LetterFormal, toComplainant, after(founded, &complaint.Closed{On: april(10), How: complaint.ClosedWithdrawn}, &complaint.Reopened{}), ""),
		s.letter("formal-decided-chair", complaint.LetterFormal, toChair, after(founded, objected, committee, &complaint.Closed{On: april(10), How: complaint.ClosedWithdrawn}, &complaint.Reopened{}), ""),
		s.letter("formal-mediator", complaint.LetterFormal, toMediator, formal, ""),
		s.letter("consultation", complaint.LetterConsultation, toManager, consulting, ""),
		s.letter("remarks", complaint.LetterRemarks, toAssessor, remarked, "Kijkt u nog naar de offerte?"),
		s.letter("message", complaint.LetterMessage, toComplainant, s.forwarded, "Ik bel u woensdag om tien uur. Past dat?"),
		s.letter("decision", complaint.LetterDecision, toComplainant, decided, ""),
		s.letter("decision-unfounded", complaint.LetterDecision, toComplainant, dismissed, ""),
		s.letter("alarm-decision", complaint.LetterAlarm, toManager, dismissed, string(complaint.LetterDecision)),
		s.letter("decision-manager", complaint.LetterDecision, toManager, decided, ""),
		byHand, byLetter,
		s.letter("objection", complaint.LetterObjection, toComplainant, objection, ""),
		s.letter("objection-late", complaint.LetterObjection, toComplainant, lateObjection, ""),
		s.letter("objection-manager", complaint.LetterObjection, toManager, objection, ""),
		s.letter("objection-late-manager", complaint.LetterObjection, toManager, lateObjection, ""),
		s.letter("admission", complaint.LetterAdmission, toComplainant, after(founded, late, &complaint.Admitted{}), ""),
		s.letter("admission-refused", complaint.LetterAdmission, toComplainant, after(founded, late, &complaint.NotAdmitted{Reason: "Te laat."}), "Uw mail kwam vier werkdagen na de laatste dag, en u noemt geen reden."),
		s.letter("committee", complaint.LetterCommittee, toChair, appointed, ""),
		s.letter("committee-member", complaint.LetterCommittee, toMember, appointed, ""),
		s.letter("extension", complaint.LetterExtension, toComplainant, extended, "Een getuige is op reis."),
		s.letter("extension-manager", complaint.LetterExtension, toManager, extended, "Een getuige is op reis."),
		s.letter("objection-decision", complaint.LetterObjectionDecision, toComplainant, after(founded, measure, objected, committee, ruled), ""),
		s.letter("objection-decision-unfounded", complaint.LetterObjectionDecision, toComplainant, after(unfounded, objected, committee, ruledAgainst), ""),
		s.letter("objection-decision-manager", complaint.LetterObjectionDecision, toManager, after(founded, measure, objected, committee, ruled), ""),
		s.letter("closed-withdrawn", complaint.LetterClosed, toComplainant, closed(complaint.ClosedWithdrawn), ""),
		s.letter("closed-by-manager", complaint.LetterClosed, toComplainant, closed(complaint.ClosedByManager), "Wij hebben u drie keer geschreven en niets meer gehoord."),
		s.letter("closed-no-complaint", complaint.LetterClosed, toComplainant, closed(complaint.ClosedNoComplaint), ""),
		s.letter("closed-assessor", complaint.LetterClosed, toAssessor, closed(complaint.ClosedWithdrawn), ""),
		{Name: "digest", Render: func(r *Renderer) (Mail, error) {
			var cases []DigestCase
			for i, c := range []complaint.Case{s.forwarded, informal, decided} {
				cases = append(cases, DigestCase{Reference: complaint.Reference{Year: 2026, Number: i + 5}, Stage: c.Stage, Terms: s.house.Terms(c)})
			}
			return r.Digest(Digest{Envelope: s.envelope(), To: complaint.Recipient{Role: toManager, Person: s.house.Manager}, Today: april(13), Cases: cases})
		}},
		{Name: "annual", Render: func(r *Renderer) (Mail, error) {
			return r.Annual(Annual{
				Envelope: s.envelope(), To: complaint.Recipient{Role: toManager, Person: s.house.Manager}, Year: 2025,
				StandsOut: []string{"In 2025 kwamen 41 klachten binnen, tegen 38 in 2024. Dat verschil kan toeval zijn.", "De termijn voor contact met de indiener is niet gehaald in 2 van de 40 gevallen (5%). De langste duurde 13 werkdagen."},
				Files:     []Attachment{{Type: "text/csv; charset=utf-8", Name: "klachten-2025.csv", Data: []byte("jaar;tabel;rij;kolom;waarde\r\n2025;Kanalen;e-mail;2025;41\r\n")}},
			})
		}},
	}
}
