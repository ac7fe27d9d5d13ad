package complaint

// Labels gives the Dutch names of fields, as a complainant reads them.
func Labels(names []FieldName) []string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = name.Label()
	}
	return labels
}

// Label is the Dutch name of a field.
func (n FieldName) Label() string {
	switch n {
	case FieldPerson:
		return "naam"
	case FieldOrganisation:
		return "organisatie"
	case FieldEmail:
		return "e-mailadres"
	case FieldPhone:
		return "telefoonnummer"
	case FieldProduct:
		return "product of dienst"
	case FieldSubmitted:
		return "datum van indiening"
	case FieldDescription:
		return "omschrijving"
	case FieldMotivation:
		return "motivering"
	case FieldRemedy:
		return "gewenste oplossing"
	}
	return string(n)
}

// Label is the Dutch name of a role.
func (r Role) Label() string {
	switch r {
	case RoleComplainant:
		return "indiener"
	case RoleManager:
		return "manager"
	case RoleAssessor:
		return "beoordelaar"
	case RoleMediator:
		return "bemiddelaar"
	case RoleCommittee:
		return "voorzitter van de geschillencommissie"
	case RoleMember:
		return "lid van de geschillencommissie"
	case RoleTeam:
		return "collega die brieven verstuurt"
	case RoleOperator:
		return "beheerder"
	case RoleSystem:
		return "klachtd"
	}
	return string(r)
}

// Label is the Dutch word for a verdict.
func (v Verdict) Label() string {
	switch v {
	case Founded:
		return "gegrond"
	case PartlyFounded:
		return "deels gegrond"
	case Unfounded:
		return "ongegrond"
	}
	return string(v)
}

// Label is the Dutch name of a term.
func (k TermKind) Label() string {
	switch k {
	case TermAcknowledge:
		return "ontvangstbevestiging"
	case TermContact:
		return "contact met de indiener"
	case TermInformal:
		return "informele fase"
	case TermConsult:
		return "overleg over het oordeel"
	case TermObject:
		return "bezwaar maken"
	case TermMeasures:
		return "maatregelen"
	case TermObjectionDecision:
		return "beslissing op het bezwaar"
	case TermKeep:
		return "bewaartermijn"
	}
	return string(k)
}

// Label is the Dutch name of a stage.
func (s Stage) Label() string {
	switch s {
	case StageRegistered:
		return "geregistreerd, nog niet toegewezen"
	case StageInformal:
		return "informele fase"
	case StageAssessing:
		return "bij de beoordelaar"
	case StageConsulting:
		return "overleg over het oordeel"
	case StageDecided:
		return "beslist"
	case StageObjection:
		return "bezwaar in behandeling"
	case StageClosed:
		return "afgesloten"
	}
	return string(s)
}

// Label is the Dutch name of a letter.
func (k LetterKind) Label() string {
	switch k {
	case LetterAcknowledgement:
		return "ontvangstbevestiging"
	case LetterRegistration:
		return "melding van een nieuwe klacht"
	case LetterForward:
		return "dossier"
	case LetterWithdrawn:
		return "mededeling over de toewijzing"
	case LetterAlarm:
		return "alarm over de ontvangstbevestiging"
	case LetterDataRequest:
		return "herinnering aan ontbrekende gegevens"
	case LetterSupplemented:
		return "bevestiging van een aanvulling"
	case LetterStanding:
		return "stand van zaken"
	case LetterPassedOn:
		return "bericht van de indiener"
	case LetterReminder:
		return "herinnering"
	case LetterAnswer:
		return "antwoord op een opdracht"
	case LetterNotAuthentic:
		return "melding van een verdacht bericht"
	case LetterDoubt:
		return "vraag of een bericht een klacht is"
	case LetterUnreadable:
		return "melding van een onleesbaar bericht"
	case LetterAlert:
		return "technische melding"
	case LetterDelay:
		return "mededeling van uitstel"
	case LetterInformal:
		return "mededeling over de informele fase"
	case LetterSettled:
		return "bericht over de oplossing"
	case LetterFormal:
		return "mededeling over de formele procedure"
	case LetterConsultation:
		return "vraag om overleg over het oordeel"
	case LetterRemarks:
		return "opmerkingen over het oordeel"
	case LetterDecision:
		return "beslissing op de klacht"
	case LetterObjection:
		return "bevestiging van het bezwaar"
	case LetterAdmission:
		return "beslissing over het te late bezwaar"
	case LetterCommittee:
		return "dossier voor de geschillencommissie"
	case LetterExtension:
		return "mededeling van verlenging"
	case LetterObjectionDecision:
		return "beslissing op het bezwaar"
	case LetterMessage:
		return "bericht aan de indiener"
	case LetterClosed:
		return "mededeling van afsluiting"
	case LetterByHand:
		return "vraag om het de indiener zelf te vertellen"
	case LetterPosting:
		return "brief om te printen en te posten"
	case LetterDigest:
		return "weekoverzicht"
	case LetterAnnual:
		return "jaarlijkse analyse"
	}
	return string(k)
}
