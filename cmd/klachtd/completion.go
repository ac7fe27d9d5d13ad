package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// completionScripts ask klachtd itself what the word that is typed can be.
//
//go:embed completion.bash completion.zsh completion.fish
var completionScripts embed.FS

type completionCmd struct {
	Shell string   `arg:"" help:"The shell: bash, zsh or fish." enum:"bash,zsh,fish"`
	Words []string `arg:"" optional:"" help:"For the shell itself: what is typed behind klachtd until now. What the last word can be is printed."`
}

// Run prints what makes a shell complete, or, when the shell asks, what the last word can be.
func (cmd *completionCmd) Run(k *kong.Context, s streams) error {
	if len(cmd.Words) == 0 {
		script, err := completionScripts.ReadFile("completion." + cmd.Shell)
		if err == nil {
			_, err = s.out.Write(script)
		}
		return err
	}
	between := map[string]string{"zsh": ":", "fish": "\t"}[cmd.Shell]
	for _, c := range candidates(k.Model.Node, cmd.Words) {
		line := c.word
		if between != "" && c.help != "" {
			line += between + c.help
		}
		if _, err := fmt.Fprintln(s.out, line); err != nil {
			return err
		}
	}
	return nil
}

// candidate is what a word can be; a value needs no help.
type candidate struct{ word, help string }

// Where a word can be the name of any file or folder, this is the only candidate.
const (
	anyFile   = ":file"
	anyFolder = ":folder"
)

// candidates lists what the last of the words can be.
func candidates(app *kong.Node, words []string) (list []candidate) {
	last := len(words) - 1
	words, word, before := words[:last], words[last], ""
	if flag, value, ok := strings.Cut(word, "="); ok && flag != "" {
		words, word, before = append(slices.Clip(words), flag), value, flag+"="
	} else if ok { // bash takes --flag=value apart into three words
		word = ""
	}
	p := placeOf(app, words)
	if before != "" && p.flag == nil {
		return nil
	}
	possible := p.candidates(strings.HasPrefix(word, "-"))
	if slices.ContainsFunc(possible, func(c candidate) bool { return c.word == anyFile || c.word == anyFolder }) {
		return possible
	}
	if p.flag != nil && p.flag.IsSlice() {
		comma := strings.LastIndex(word, ",") + 1
		before, word = before+word[:comma], word[comma:]
	}
	for _, c := range possible {
		if strings.HasPrefix(c.word, word) {
			list = append(list, candidate{before + c.word, c.help})
		}
	}
	return list
}

// place is where a word stands.
type place struct {
	command   *kong.Node
	flag      *kong.Flag // whose value it is; nil = it is none
	arguments int        // of the command, before it
}

// placeOf finds the place behind words.
func placeOf(app *kong.Node, words []string) place {
	p := place{command: app}
	for _, word := range words {
		child := slices.IndexFunc(p.command.Children, func(n *kong.Node) bool { return n.Name == word })
		switch {
		case p.flag != nil && word == "=":
		case p.flag != nil:
			p.flag = nil
		case strings.HasPrefix(word, "--"):
			p.flag = p.flagWithValue(word)
		case child >= 0:
			p.command = p.command.Children[child]
		default:
			p.arguments++
		}
	}
	return p
}

// flags are those of the command and of all that it is a part of.
func (p place) flags() (list []*kong.Flag) {
	for _, level := range p.command.AllFlags(true) {
		list = append(level, list...)
	}
	return list
}

// flagWithValue is the flag of which the value comes next; nil when none does.
func (p place) flagWithValue(word string) *kong.Flag {
	for _, flag := range p.flags() {
		if word == "--"+flag.Name && !flag.IsBool() {
			return flag
		}
	}
	return nil
}

// candidates lists what can stand in a place: a flag where a dash is typed, or where nothing else is known.
func (p place) candidates(dashed bool) (list []candidate) {
	if p.flag != nil {
		return valuesOf(p.flag.Value, p.flag.PlaceHolder)
	}
	if !dashed {
		for _, child := range p.command.Children {
			list = append(list, candidate{child.Name, child.Help})
		}
		if arguments := p.command.Positional; len(arguments) > 0 {
			if argument := arguments[min(p.arguments, len(arguments)-1)]; p.arguments < len(arguments) || argument.IsCumulative() {
				list = append(list, valuesOf(argument, strings.ToUpper(argument.Name))...)
			}
		}
	}
	if len(list) == 0 {
		for _, flag := range p.flags() {
			list = append(list, candidate{"--" + flag.Name, flag.Help})
		}
	}
	return list
}

// valuesOf lists what a flag or an argument takes, as far as its kind or its placeholder says.
func valuesOf(v *kong.Value, placeholder string) (list []candidate) {
	switch {
	case strings.Contains(placeholder, "FILE"):
		return []candidate{{word: anyFile}}
	case placeholder == "DIR":
		return []candidate{{word: anyFolder}}
	case v.Enum != "":
		for _, value := range v.EnumSlice() {
			if value != "" {
				list = append(list, candidate{word: value})
			}
		}
	}
	return list
}
