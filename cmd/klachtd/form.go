package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"klikonderwijs.nl/klachtd/internal/config"
	"klikonderwijs.nl/klachtd/templates"
)

type formCmd struct {
	Link bool `help:"Print only the mailto link."`
	HTML bool `help:"Print only the HTML." name:"html"`
	JSON bool `help:"Print both as JSON." name:"json"`
}

// websiteForm is what to put on the website.
type websiteForm struct {
	Mailto string `json:"mailto"`
	HTML   string `json:"html"`
}

const formExplained = `A link for the website, or for a signature:

%s

A form for the website. It needs no script: sending opens the visitor's mail program. Where the website has a form
service of its own, name it in action, and let it mail the fields as "name: value", one a line.

%s`

// Run prints what to put on the website so that complaints come in complete (Klachtenprocedure 2).
func (f *formCmd) Run(s streams, c *cli) error {
	cfg, err := c.configurationOrDefaults()
	if err != nil {
		return err
	}
	form, err := formOf(cfg)
	if err != nil {
		return err
	}
	switch {
	case f.JSON:
		return printJSON(s.out, form)
	case f.Link:
		_, err = fmt.Fprintln(s.out, form.Mailto)
	case f.HTML:
		_, err = fmt.Fprint(s.out, form.HTML)
	default:
		_, err = fmt.Fprintf(s.out, formExplained, form.Mailto, form.HTML)
	}
	return err
}

func formOf(cfg config.Config) (websiteForm, error) {
	body, err := templateText(cfg, "website_mail.txt")
	if err != nil {
		return websiteForm{}, fmt.Errorf("reading form: %w", err)
	}
	text, err := templateText(cfg, "website_form.html")
	if err != nil {
		return websiteForm{}, fmt.Errorf("reading form: %w", err)
	}
	page, err := template.New("form").Parse(text)
	if err != nil {
		return websiteForm{}, fmt.Errorf("reading form: %w", err)
	}
	o := cfg.Organisation
	form := websiteForm{Mailto: mailto(o.Address, "Klacht", body)}
	view := struct {
		Name, Phone, PostalAddress string
		Action, Mailto             string
		AcknowledgeDays            int
		Products                   []string
	}{
		Name: o.Name, Phone: o.Phone, PostalAddress: strings.Join(strings.FieldsFunc(o.PostalAddress, func(r rune) bool { return r == '\n' || r == ';' }), ", "),
		Action: mailto(o.Address, "Klacht", ""), Mailto: form.Mailto, AcknowledgeDays: cfg.Terms.Acknowledge,
	}
	for _, p := range cfg.Products {
		view.Products = append(view.Products, p.Name)
	}
	var html bytes.Buffer
	if err := page.Execute(&html, view); err != nil {
		return websiteForm{}, fmt.Errorf("writing form: %w", err)
	}
	form.HTML = html.String()
	return form, nil
}

// templateText is a text of ours, or the one that the organisation laid over it.
func templateText(cfg config.Config, file string) (string, error) {
	if cfg.Templates.Dir != "" {
		text, err := os.ReadFile(filepath.Join(cfg.Templates.Dir, file))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return string(text), err
		}
	}
	text, err := templates.Files.ReadFile(file)
	return string(text), err
}

// mailto is a link that opens a mail that stands ready (RFC 6068).
func mailto(address, subject, body string) string {
	link := "mailto:" + address + "?subject=" + encoded(subject)
	if body != "" {
		link += "&body=" + encoded(strings.ReplaceAll(body, "\n", "\r\n"))
	}
	return link
}

func encoded(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
