package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" help:"The shell: bash, zsh or fish." enum:"bash,zsh,fish"`
}

// Run prints what makes a shell complete commands and flags; file names are the shell's own.
func (cmd *completionCmd) Run(k *kong.Context, s streams) error {
	words := completions(k.Model.Node)
	var err error
	switch cmd.Shell {
	case "fish":
		err = fishCompletion(s, k.Model.Node)
	case "zsh":
		_, err = fmt.Fprintf(s.out, "autoload -U +X bashcompinit && bashcompinit\n%s", bashCompletion(words))
	default:
		_, err = fmt.Fprint(s.out, bashCompletion(words))
	}
	return err
}

// completion is a command with the words that can follow it.
type completion struct {
	command string // "" before a command is named
	words   []string
}

func completions(app *kong.Node) []completion {
	list := []completion{{words: append(commandsOf(app), flagsOf(app)...)}}
	for _, node := range app.Children {
		list = append(list, completion{node.Name, append(append(commandsOf(node), flagsOf(node)...), flagsOf(app)...)})
	}
	return list
}

func commandsOf(node *kong.Node) (names []string) {
	for _, child := range node.Children {
		if !child.Hidden && child.Type == kong.CommandNode {
			names = append(names, child.Name)
		}
	}
	return names
}

func flagsOf(node *kong.Node) (names []string) {
	for _, flag := range node.Flags {
		if !flag.Hidden {
			names = append(names, "--"+flag.Name)
		}
	}
	return names
}

func bashCompletion(list []completion) string {
	var b strings.Builder
	var names []string
	for _, c := range list[1:] {
		names = append(names, c.command)
	}
	b.WriteString("_klachtd() {\n  local words word command= cur=\"${COMP_WORDS[COMP_CWORD]}\"\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n")
	fmt.Fprintf(&b, "    case \"$word\" in %s) command=$word; break ;; esac\n  done\n  case \"$command\" in\n", strings.Join(names, "|"))
	for _, c := range list[1:] {
		fmt.Fprintf(&b, "    %s) words=%q ;;\n", c.command, strings.Join(c.words, " "))
	}
	fmt.Fprintf(&b, "    *) words=%q ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n", strings.Join(list[0].words, " "))
	b.WriteString("complete -o default -F _klachtd klachtd\n")
	return b.String()
}

func fishCompletion(s streams, app *kong.Node) error {
	for _, node := range app.Children {
		if _, err := fmt.Fprintf(s.out, "complete -c klachtd -n __fish_use_subcommand -a %s -d %q\n", node.Name, node.Help); err != nil {
			return err
		}
		for _, flag := range node.Flags {
			if _, err := fmt.Fprintf(s.out, "complete -c klachtd -n '__fish_seen_subcommand_from %s' -l %s -d %q\n", node.Name, flag.Name, flag.Help); err != nil {
				return err
			}
		}
	}
	return nil
}
