package complaint

import "strings"

// ProductOf is the organisation's own name for the product that somebody wrote about; "" when it is none
// of its products. The longest name that stands in what was said counts ("Procesoperator B" before
// "Procesoperator"), else the first name of which it is a part.
func (h *House) ProductOf(said string) string {
	said = strings.ToLower(strings.TrimSpace(said))
	if said == "" {
		return ""
	}
	best, length, part := "", 0, ""
	for _, p := range h.Products {
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			name = strings.ToLower(strings.TrimSpace(name))
			switch {
			case name == "":
			case strings.Contains(said, name) && len(name) > length:
				best, length = p.Name, len(name)
			case part == "" && strings.Contains(name, said):
				part = p.Name
			}
		}
	}
	if best == "" {
		return part
	}
	return best
}
