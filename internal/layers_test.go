// Package internal_test holds the architecture as a test: who may import whom, and who may have effects.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "klikonderwijs.nl/klachtd/"

// layer says what a package may import: of ours, and of others.
type layer struct {
	core   bool // decides; has no clock, network, file, database, logger or context
	ours   []string
	others []string
}

// layers is the architecture. A package that is not here may not exist.
var layers = map[string]layer{
	"internal/workday":   {core: true, others: []string{"github.com/rickar/cal/v2"}},
	"internal/complaint": {core: true, ours: []string{"internal/workday"}},
	"internal/intake":    {core: true, others: []string{"github.com/emersion/go-message", "golang.org/x/net/html", "golang.org/x/text", "github.com/nyaruka/phonenumbers"}},
	"internal/command":   {core: true, ours: []string{"internal/complaint", "internal/workday"}},
	"internal/letter":    {core: true, ours: []string{"internal/complaint", "internal/workday", "templates"}, others: []string{"github.com/wneessen/go-mail"}},
	"templates":          {core: true},
	"internal/report":    {core: true, ours: []string{"internal/complaint", "internal/workday"}, others: []string{"github.com/xuri/excelize/v2"}},
	"internal/store":     {ours: []string{"internal/complaint", "internal/letter", "internal/workday"}, others: []string{"modernc.org/sqlite"}},
	"internal/backup":    {ours: []string{"internal/complaint", "internal/store"}, others: []string{"filippo.io/age"}},
	"internal/wire":      {},
	"internal/mailbox":   {ours: []string{"internal/wire"}, others: []string{"github.com/emersion/go-imap/v2", "github.com/emersion/go-sasl"}},
	"internal/outbox":    {ours: []string{"internal/wire"}, others: []string{"github.com/wneessen/go-mail"}},
	"internal/desk": {
		ours:   []string{"internal/command", "internal/complaint", "internal/intake", "internal/letter", "internal/report", "internal/store", "internal/workday"},
		others: []string{"github.com/robfig/cron/v3"},
	},
	"internal/config":   {ours: []string{"internal/wire"}, others: []string{"github.com/pelletier/go-toml/v2"}},
	"internal/mailtest": {others: []string{"github.com/emersion/go-imap/v2", "github.com/emersion/go-smtp", "github.com/emersion/go-sasl"}},
	"cmd/klachtd": {
		ours: []string{
			"internal/backup", "internal/complaint", "internal/config", "internal/desk", "internal/intake", "internal/letter", "internal/mailbox", "internal/mailtest",
			"internal/outbox", "internal/report", "internal/store", "internal/workday", "internal/command", "internal/wire", "templates",
		},
		others: []string{
			"github.com/alecthomas/kong", "github.com/coreos/go-systemd/v22", "github.com/prometheus/client_golang", "github.com/emersion/go-imap/v2",
			"github.com/emersion/go-message", "golang.org/x/oauth2", "golang.org/x/sys/unix",
		},
	},
}

// effects are packages of the standard library that a core package may not import. embed and io are no
// effects; fs.FS is given from outside.
var effects = []string{"context", "database/sql", "log", "log/slog", "net", "net/http", "os", "os/exec", "os/signal", "syscall", "crypto/rand", "math/rand", "math/rand/v2", "testing"}

// mayAskTheTime are the places where time.Now may stand: the command, the one clock, and the test servers.
var mayAskTheTime = []string{"cmd/klachtd/", "internal/desk/clock.go", "internal/mailtest/"}

func TestLayers(t *testing.T) {
	comments := map[string]int{}
	for file, parsed := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(file))
		l, known := layers[dir]
		if !known {
			t.Errorf("%s: package %s is not in the table of layers", file, dir)
			continue
		}
		if parsed.Doc != nil {
			comments[dir]++
		} else {
			comments[dir] += 0
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := l.forbids(imported); why != "" {
				t.Errorf("%s imports %s: %s", file, imported, why)
			}
		}
		if asksTheTime(parsed) && !slices.ContainsFunc(mayAskTheTime, func(prefix string) bool { return strings.HasPrefix(file, prefix) }) {
			t.Errorf("%s asks the machine what time it is: the time is an argument", file)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(layers)) {
		if comments[dir] != 1 {
			t.Errorf("%s has %d package comments, not one", dir, comments[dir])
		}
	}
}

// forbids says why a layer may not import a package; "" when it may.
func (l layer) forbids(imported string) string {
	if ours, ok := strings.CutPrefix(imported, module); ok {
		if !slices.Contains(l.ours, ours) {
			return "it lies in another layer"
		}
		return ""
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		if l.core && slices.Contains(effects, imported) {
			return "the core has no effects"
		}
		return ""
	}
	for _, allowed := range l.others {
		if imported == allowed || strings.HasPrefix(imported, allowed+"/") {
			return ""
		}
	}
	return "this layer does not use that module"
}

// TestNothingIsAllowedOrExportedForNobody keeps the table as small as the program, and each package's outside as
// small as its users need it: every function and variable that it exports has one. A test is a user, but not one of
// the same package; types and constants are used by way of what returns them.
func TestNothingIsAllowedOrExportedForNobody(t *testing.T) {
	used, named := map[string]map[string]bool{}, map[string]bool{}
	for file, parsed := range goFiles(t, func(string) bool { return true }) {
		dir := filepath.ToSlash(filepath.Dir(file))
		if used[dir] == nil {
			used[dir] = map[string]bool{}
		}
		for _, spec := range parsed.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && !strings.HasSuffix(file, "_test.go") {
				used[dir][imported] = true
			}
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				if pkg, ok := selector.X.(*ast.Ident); ok {
					named[pkg.Name+"."+selector.Sel.Name] = true
				}
			}
			return true
		})
	}
	for dir, l := range layers {
		for _, allowed := range append(slices.Clone(l.ours), l.others...) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(used[dir])), func(imported string) bool {
				return imported == module+allowed || imported == allowed || strings.HasPrefix(imported, allowed+"/")
			}) {
				t.Errorf("%s may import %s and does not", dir, allowed)
			}
		}
	}
	for file, parsed := range sources(t) {
		if !strings.HasPrefix(file, "internal/") {
			continue
		}
		for name, object := range parsed.Scope.Objects {
			if callable := object.Kind == ast.Fun || object.Kind == ast.Var; callable && ast.IsExported(name) && !named[parsed.Name.Name+"."+name] {
				t.Errorf("%s exports %s, which no other package names", file, name)
			}
		}
	}
}

// sources parses every Go file that is no test.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	return goFiles(t, func(file string) bool { return !strings.HasSuffix(file, "_test.go") })
}

func goFiles(t *testing.T, wanted func(file string) bool) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || !wanted(file) {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		files[path.Clean(strings.TrimPrefix(filepath.ToSlash(file), "../"))] = parsed
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files were found", len(files))
	}
	return files
}

func asksTheTime(file *ast.File) (asks bool) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := call.X.(*ast.Ident)
		asks = asks || (ok && pkg.Name == "time" && (call.Sel.Name == "Now" || call.Sel.Name == "Since" || call.Sel.Name == "Until"))
		return true
	})
	return asks
}

// The table itself must refuse what it should.
func TestLayersRefuse(t *testing.T) {
	for _, test := range []struct {
		dir, imported string
		fine          bool
	}{
		{"internal/workday", "fmt", true}, {"internal/workday", "os", false}, {"internal/workday", module + "internal/complaint", false},
		{"internal/complaint", module + "internal/workday", true}, {"internal/complaint", "log/slog", false},
		{"internal/mailbox", module + "internal/store", false}, {"internal/desk", module + "internal/mailbox", false},
		{"internal/letter", "github.com/wneessen/go-mail/smtp", true}, {"internal/intake", "github.com/jhillyerd/enmime", false},
	} {
		if why := layers[test.dir].forbids(test.imported); (why == "") != test.fine {
			t.Errorf("%s importing %s: %q", test.dir, test.imported, why)
		}
	}
}
