package complaint

import "strings"

// Words are the texts by which a person looks for a case: what is known of the complaint, and what was
// written about it. They come from the state, so they go when it goes.
func (c Case) Words() string {
	var texts []string
	add := func(more ...string) {
		for _, text := range more {
			if text = strings.TrimSpace(text); text != "" {
				texts = append(texts, text)
			}
		}
	}
	add(c.Reference.String())
	for _, name := range FieldNames() {
		add(c.Fields.Value(name))
	}
	add(national(c.Fields.Value(FieldPhone)), c.ReplyTo, c.Postal, c.Subject, c.Assessor.Formal(), c.Assessor.Email)
	if c.Informal != nil {
		add(c.Informal.Mediator.Formal(), c.Informal.Agreement)
	}
	if c.Judgement != nil {
		add(c.Judgement.Motivation)
	}
	if c.Decision != nil && (c.Judgement == nil || c.Decision.Motivation != c.Judgement.Motivation) {
		add(c.Decision.Motivation)
	}
	add(c.Remarks)
	for _, m := range c.Measures {
		add(m.What)
	}
	if o := c.Objection; o != nil {
		add(o.Words, o.Refused)
		if o.Decision != nil {
			add(o.Decision.Motivation)
		}
	}
	if c.Closure != nil {
		add(c.Closure.Reason)
	}
	return strings.Join(texts, "\n")
}

// national writes a Dutch number as it is dialled here: 0612345678.
func national(phone string) string {
	if rest, ok := strings.CutPrefix(phone, "+31"); ok {
		return "0" + rest
	}
	return ""
}
