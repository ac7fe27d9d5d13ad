package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

type loginCmd struct {
	Server string `arg:"" enum:"imap,smtp" help:"Which server to sign in to: imap or smtp."`
}

// Run signs in with a code that a person enters on any device.
func (l *loginCmd) Run(ctx context.Context, s streams, c *cli) error {
	cfg, err := c.configuration()
	if err != nil {
		return err
	}
	server := cfg.SMTP
	if l.Server == "imap" {
		server = cfg.IMAP.Server
	}
	if server.Auth != "oauth2" || server.OAuth2.Flow != "device" {
		return fmt.Errorf(`signing in: %s has no sign-in by code (set auth = "oauth2" and flow = "device")`, l.Server)
	}
	in := signInOf(cfg, l.Server, server)
	if err := os.MkdirAll(filepath.Dir(in.Cache), 0o700); err != nil {
		return fmt.Errorf("keeping sign-in: %w", err)
	}
	if err := in.signInByCode(ctx, func(text string) { fmt.Fprintln(s.out, text) }); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "signed in; klachtd renews it by itself")
	return nil
}
