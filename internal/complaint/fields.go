package complaint

import "strings"

// FieldName names one of the data that a complaint holds (Klachtenprocedure 2).
type FieldName string

// The fields. The remedy (ISO 10002) is noted when it is there and never asked for.
const (
	FieldPerson       FieldName = "name"
	FieldOrganisation FieldName = "organisation"
	FieldEmail        FieldName = "email"
	FieldPhone        FieldName = "phone" // E.164 where the number is valid
	FieldProduct      FieldName = "product"
	FieldSubmitted    FieldName = "submitted" // YYYY-MM-DD
	FieldDescription  FieldName = "description"
	FieldMotivation   FieldName = "motivation"
	FieldRemedy       FieldName = "remedy"
)

// Particulier stands for the organisation of a person who has none, and counts as given.
const Particulier = "particulier"

// NoAddress stands for the mail address of a person who has none, and counts as given.
const NoAddress = "geen"

// Field is one datum and where it was read.
type Field struct {
	Value  string `json:"value"`
	Source string `json:"source"`
}

// Fields holds what is known of a complaint; an absent key is not known.
type Fields map[FieldName]Field

// FieldNames lists every field in the order in which the procedure names them.
func FieldNames() []FieldName {
	return []FieldName{FieldPerson, FieldOrganisation, FieldEmail, FieldPhone, FieldProduct, FieldSubmitted, FieldDescription, FieldMotivation, FieldRemedy}
}

// Value is the value of a field, "" when it is not known.
func (f Fields) Value(name FieldName) string { return f[name].Value }

// Missing lists the required fields that are not known, in the procedure's order. The day of
// submission is never missing: the day of receipt serves.
func (f Fields) Missing() []FieldName {
	var missing []FieldName
	for _, name := range FieldNames() {
		if name == FieldSubmitted || name == FieldRemedy {
			continue
		}
		if strings.TrimSpace(f.Value(name)) == "" {
			missing = append(missing, name)
		}
	}
	return missing
}

// Complete reports that nothing required is missing.
func (f Fields) Complete() bool { return len(f.Missing()) == 0 }

// additions keeps of more what f does not know yet: a supplement fills gaps. What was
// understood wrongly is corrected by a person, never overwritten by a second reading.
func (f Fields) additions(more Fields) Fields {
	added := Fields{}
	for name, field := range more {
		if strings.TrimSpace(field.Value) != "" && strings.TrimSpace(f.Value(name)) == "" {
			added[name] = field
		}
	}
	return added
}

// merge returns f with every field of more laid over it.
func (f Fields) merge(more Fields) Fields {
	merged := make(Fields, len(f)+len(more))
	for name, field := range f {
		merged[name] = field
	}
	for name, field := range more {
		merged[name] = field
	}
	return merged
}
