package report

import (
	"time"

	"klikonderwijs.nl/klachtd/internal/complaint"
)

// What is counted besides the spellings of the procedure.
const (
	endingOpen       = "open"
	endingErased     = "erased"
	objectionOpen    = "open"
	objectionRefused = "refused"
)

func monthLabel(key string) string {
	for m := time.January; m <= time.December; m++ {
		if m.String() == key {
			return monthNames[m-1]
		}
	}
	return key
}

func productLabel(key string) string {
	switch key {
	case "":
		return "niet genoemd"
	case Other:
		return "overig (niet in de lijst)"
	}
	return key
}

func channelLabel(key string) string {
	switch complaint.Channel(key) {
	case complaint.ChannelMail:
		return "e-mail"
	case complaint.ChannelLetter:
		return "brief"
	case complaint.ChannelPhone:
		return "telefoon"
	}
	return key
}

func complainantLabel(key string) string {
	switch Kind(key) {
	case Company:
		return "bedrijf of andere organisatie"
	case School:
		return "school of opleider"
	case Private:
		return "particulier"
	}
	return "niet bekend"
}

func completeness(l Line) string {
	if l.Complete {
		return "complete"
	}
	return "incomplete"
}

func completenessLabel(key string) string {
	if key == "complete" {
		return "meteen compleet"
	}
	return "er ontbrak iets"
}

func judgementLabel(key string) string {
	if key == "" {
		return "geen beslissing (nog niet, of opgelost of ingetrokken)"
	}
	return complaint.Verdict(key).Label()
}

func ending(l Line) string {
	switch {
	case l.Open:
		return endingOpen
	case l.Closure == "":
		return endingErased
	}
	return string(l.Closure)
}

func endingLabel(key string) string {
	switch key {
	case endingOpen:
		return "loopt nog"
	case endingErased:
		return "op verzoek gewist voor het einde"
	}
	return complaint.Closure(key).Label()
}

func objection(l Line) string {
	switch {
	case l.Objection.Refused:
		return objectionRefused
	case l.Objection.Verdict == "":
		return objectionOpen
	}
	return string(l.Objection.Verdict)
}

func objectionLabel(key string) string {
	switch key {
	case objectionOpen:
		return "nog geen beslissing"
	case objectionRefused:
		return "te laat, niet behandeld"
	}
	return complaint.Verdict(key).Label()
}
