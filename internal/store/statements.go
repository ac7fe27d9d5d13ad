package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
)

// connector opens connections that keep their prepared statements from one transaction to the next: the same few
// queries are asked in every one, and reading a query costs as much as many an answer.
type connector struct{ driver.Connector }

func newConnector(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	return connector{c}, err
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{opened.(sqliteConn), map[string]*statement{}}, nil
}

// sqliteConn is what a connection to SQLite can do for database/sql.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// connection is a connection with the statements that nobody uses now, by query. One goroutine uses it at a time.
type connection struct {
	sqliteConn
	idle map[string]*statement
}

// mostIdle bounds the statements that a connection keeps.
const mostIdle = 128

// PrepareContext implements driver.ConnPrepareContext.
func (c *connection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return s, nil
	}
	prepared, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &statement{prepared.(sqliteStmt), c, query}, nil
}

// Close implements driver.Conn.
func (c *connection) Close() error {
	var errs []error
	for _, s := range c.idle {
		errs = append(errs, s.sqliteStmt.Close())
	}
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// sqliteStmt is what a statement of SQLite can do for database/sql.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement is a statement that goes back to its connection when it is closed.
type statement struct {
	sqliteStmt
	home  *connection
	query string
}

// Close implements driver.Stmt.
func (s *statement) Close() error {
	if _, another := s.home.idle[s.query]; another || len(s.home.idle) >= mostIdle {
		return s.sqliteStmt.Close()
	}
	s.home.idle[s.query] = s
	return nil
}
