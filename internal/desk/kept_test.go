package desk

import (
	"strings"
	"testing"
)

// A mail that was dragged to the folder of complaints after the backup was made is an ordinary one to what comes back.
// It lies in the folder of what was registered all the same, and is taken in again.
func TestFiledAgainAfterItWasOrdinary(t *testing.T) {
	r := newRig(t, nil, nil)
	if r.must(everyday, Arrival{}) || len(r.cases()) != 0 {
		t.Fatal("this is no ordinary mail")
	}
	r.must(everyday, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
	r.must(everyday, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("it was taken in twice")
	}
}

// The same of a mail about which the manager was still asked when the backup was made.
func TestFiledAgainAfterItWasDoubtful(t *testing.T) {
	r := newRig(t, nil, nil)
	r.must(doubtful, Arrival{})
	if len(r.cases()) != 0 || len(r.to(managerAddress)) != 1 {
		t.Fatal("the manager is not asked")
	}
	r.must(doubtful, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
}

const doubtful = `From: Loes Kramer <loes.kramer@delta.example>
Subject: de Examenbank
Message-ID: <twijfel@delta.example>

Dag, vorig jaar meldde ik iets over de Examenbank (K-2025-0012), en nu is het weer zo.
Groet, Loes Kramer
`

// What a machine sent and a colleague dragged to the folder of complaints was registered; after a backup came back it
// is so again.
func TestFiledAgainFromAMachine(t *testing.T) {
	machine := strings.Replace(everyday, "Subject: Lunch", "Subject: Automatisch antwoord: lunch\nAuto-Submitted: auto-replied", 1)
	r := newRig(t, nil, nil)
	r.must(machine, Arrival{})
	if len(r.cases()) != 0 {
		t.Fatal("this is no automatic mail")
	}
	r = newRig(t, nil, nil)
	r.must(machine, Arrival{Filed: true})
	if len(r.cases()) != 1 {
		t.Error("what was registered is lost")
	}
}
