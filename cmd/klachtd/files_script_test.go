package main

import (
	"database/sql"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// fileDirections are the stage directions of the stories about files, the register and the shell.
func fileDirections() map[string]direction {
	return map[string]direction{"sql": doSQL}
}

// sql STATEMENT alters the database behind the program's back.
func doSQL(_ *testscript.TestScript, th *theatre, _ bool, args []string) error {
	db, err := sql.Open("sqlite", filepath.Join(th.dir, "data", "klachtd.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(args[0])
	return err
}
