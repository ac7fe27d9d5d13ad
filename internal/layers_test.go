// Package internal_test holds the architecture as a test: who may import whom, and who may have effects.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
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
		dir := path.Dir(file)
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
			imported := importPath(t, spec)
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

// The table is as small as the program: what a package may import, it does.
func TestNothingIsAllowedForNobody(t *testing.T) {
	imports := map[string][]string{}
	for file, parsed := range sources(t) {
		for _, spec := range parsed.Imports {
			imports[path.Dir(file)] = append(imports[path.Dir(file)], importPath(t, spec))
		}
	}
	for dir, l := range layers {
		for _, allowed := range append(slices.Clone(l.ours), l.others...) {
			if !slices.ContainsFunc(imports[dir], func(imported string) bool {
				return imported == module+allowed || imported == allowed || strings.HasPrefix(imported, allowed+"/")
			}) {
				t.Errorf("%s may import %s and does not", dir, allowed)
			}
		}
	}
}

// A package's outside is as small as its users need it: every function, variable and method that it exports has one. A
// test is a user, but not one of the same package; types and constants are used by way of what returns them.
func TestNothingIsExportedForNobody(t *testing.T) {
	users := usersOf(t)
	for file, parsed := range sources(t) {
		dir := path.Dir(file)
		for _, name := range exports(parsed) {
			by := users[name] // of a method, whose package is not to be seen where it is used
			if strings.HasPrefix(name, ".") {
				by = users[dir+name]
			}
			if strings.HasPrefix(dir, "internal/") && !slices.ContainsFunc(by, func(user string) bool { return user != dir }) {
				t.Errorf("%s exports %s, which no other package uses", file, strings.TrimPrefix(name, "."))
			}
		}
	}
}

// exports lists the methods and, each behind a dot, the functions and variables that a file shows to other packages.
func exports(file *ast.File) (names []string) {
	for _, declared := range file.Decls {
		switch declared := declared.(type) {
		case *ast.FuncDecl:
			switch {
			case !declared.Name.IsExported():
			case declared.Recv == nil:
				names = append(names, "."+declared.Name.Name)
			case receiver(declared).IsExported():
				names = append(names, declared.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				if values, ok := spec.(*ast.ValueSpec); ok && declared.Tok == token.VAR {
					for _, name := range values.Names {
						if name.IsExported() {
							names = append(names, "."+name.Name)
						}
					}
				}
			}
		}
	}
	return names
}

func receiver(method *ast.FuncDecl) *ast.Ident {
	of := method.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	return of.(*ast.Ident)
}

// standard are methods that packages of others ask for by an interface.
var standard = []string{"Error", "Unwrap", "String", "MarshalText", "UnmarshalText", "Write"}

// usersOf tells which directories use a name: "internal/report.New" what a package of ours declares, "Add" what may be
// a method: one that is called or stands in a list. A template uses a method too, and so does an interface that asks for it.
func usersOf(t *testing.T) map[string][]string {
	t.Helper()
	users := map[string][]string{}
	use := func(name, by string) { users[name] = append(users[name], by) }
	for _, name := range standard {
		use(name, "the standard library")
	}
	for file, parsed := range goFiles(t) {
		ours := map[string]string{} // the packages of ours that the file imports, by name
		for _, spec := range parsed.Imports {
			if dir, ok := strings.CutPrefix(importPath(t, spec), module); ok {
				ours[path.Base(dir)] = dir
			}
		}
		method := func(called ast.Expr) {
			if selector, ok := called.(*ast.SelectorExpr); ok {
				use(selector.Sel.Name, path.Dir(file))
			}
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				method(node.Fun)
			case *ast.CompositeLit:
				for _, element := range node.Elts {
					method(element)
				}
			case *ast.SelectorExpr:
				if pkg, ok := node.X.(*ast.Ident); ok && ours[pkg.Name] != "" {
					use(ours[pkg.Name]+"."+node.Sel.Name, path.Dir(file))
				}
			case *ast.InterfaceType:
				for _, method := range node.Methods.List {
					for _, name := range method.Names {
						use(name.Name, "an interface")
					}
				}
			}
			return true
		})
	}
	for _, text := range files(t, ".html", ".txt") {
		for _, field := range regexp.MustCompile(`\.([A-Z]\w*)`).FindAllStringSubmatch(text, -1) {
			use(field[1], "a template")
		}
	}
	return users
}

func importPath(t *testing.T, spec *ast.ImportSpec) string {
	t.Helper()
	imported, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		t.Fatal(err)
	}
	return imported
}

// sources parses every Go file that is no test.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	parsed := goFiles(t)
	maps.DeleteFunc(parsed, func(file string, _ *ast.File) bool { return strings.HasSuffix(file, "_test.go") })
	return parsed
}

func goFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	parsed := map[string]*ast.File{}
	for file, text := range files(t, ".go") {
		var err error
		if parsed[file], err = parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	if len(parsed) < 20 {
		t.Fatalf("only %d files were found", len(parsed))
	}
	return parsed
}

// files reads the files of the tree, but for test data, that have one of these extensions.
func files(t *testing.T, extensions ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git"):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains(extensions, path.Ext(file)):
			return nil
		}
		text, err := os.ReadFile("../" + file)
		texts[file] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
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
