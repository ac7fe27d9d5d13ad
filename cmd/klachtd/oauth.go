package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// signIn is one OAuth2 sign-in: for the mailbox or for the mail server.
type signIn struct {
	Provider  string // microsoft | google | custom
	Tenant    string
	ClientID  string
	Secret    func() (string, error) // reads the client secret; nil when there is none
	Flow      string                 // app | device
	TokenURL  string
	DeviceURL string
	Scopes    []string
	Cache     string // file in which a device sign-in is kept, 0600
}

// withProvider fills in what a known provider prescribes and the configuration left open.
func (s signIn) withProvider() signIn {
	switch s.Provider {
	case "microsoft":
		base := "https://login.microsoftonline.com/" + s.Tenant + "/oauth2/v2.0/"
		s.TokenURL, s.DeviceURL = or(s.TokenURL, base+"token"), or(s.DeviceURL, base+"devicecode")
		if len(s.Scopes) == 0 && s.Flow == "app" {
			s.Scopes = []string{"https://outlook.office365.com/.default"}
		} else if len(s.Scopes) == 0 {
			s.Scopes = []string{"https://outlook.office365.com/IMAP.AccessAsUser.All", "https://outlook.office365.com/SMTP.Send", "offline_access"}
		}
	case "google":
		s.TokenURL, s.DeviceURL = or(s.TokenURL, "https://oauth2.googleapis.com/token"), or(s.DeviceURL, "https://oauth2.googleapis.com/device/code")
		if len(s.Scopes) == 0 {
			s.Scopes = []string{"https://mail.google.com/"}
		}
	}
	return s
}

func or(value, otherwise string) string {
	if value != "" {
		return value
	}
	return otherwise
}

// tokenEarly is how long before its end a token is renewed: a login with a token that ends
// halfway is refused by some servers.
const tokenEarly = 5 * time.Minute

// tokens gives a valid access token at every call, renewing it when it is about to end.
func (s signIn) tokens() func(context.Context) (string, error) {
	s = s.withProvider()
	var mu sync.Mutex
	var current *oauth2.Token
	return func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if current != nil && time.Until(current.Expiry) > tokenEarly {
			return current.AccessToken, nil
		}
		token, err := s.renew(ctx)
		if err != nil {
			return "", fmt.Errorf("fetching OAuth2 token: %w", explained(err))
		}
		current = token
		return token.AccessToken, nil
	}
}

// renew fetches a new token: as the application itself, or with the refresh token of a device sign-in.
func (s signIn) renew(ctx context.Context) (*oauth2.Token, error) {
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	if s.Flow != "device" {
		app := clientcredentials.Config{ClientID: s.ClientID, ClientSecret: secret, TokenURL: s.TokenURL, Scopes: s.Scopes, AuthStyle: oauth2.AuthStyleInParams}
		return app.Token(ctx)
	}
	kept, err := readToken(s.Cache)
	if err != nil {
		return nil, fmt.Errorf("%w (sign in first: klachtd login)", err)
	}
	kept.Expiry = time.Unix(0, 0) // whatever is left of it, a fresh one is asked for
	token, err := s.device(secret).TokenSource(ctx, kept).Token()
	if err != nil {
		return nil, err
	}
	return token, writeToken(s.Cache, token)
}

func (s signIn) secret() (string, error) {
	if s.Secret == nil {
		return "", nil
	}
	return s.Secret()
}

func (s signIn) device(secret string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: s.ClientID, ClientSecret: secret, Scopes: s.Scopes,
		Endpoint: oauth2.Endpoint{TokenURL: s.TokenURL, DeviceAuthURL: s.DeviceURL, AuthStyle: oauth2.AuthStyleInParams},
	}
}

// signInByCode lets a person sign in on any device with a code, and keeps the result.
func (s signIn) signInByCode(ctx context.Context, tell func(string)) error {
	s = s.withProvider()
	secret, err := s.secret()
	if err != nil {
		return err
	}
	flow := s.device(secret)
	code, err := flow.DeviceAuth(ctx)
	if err != nil {
		return fmt.Errorf("asking for a sign-in code: %w", explained(err))
	}
	tell(fmt.Sprintf("Open %s on any device and enter this code: %s", code.VerificationURI, code.UserCode))
	token, err := flow.DeviceAccessToken(ctx, code)
	if err != nil {
		return fmt.Errorf("waiting for the sign-in: %w", explained(err))
	}
	if token.RefreshToken == "" {
		return errors.New("signing in: the provider gave no refresh token (is the scope offline_access allowed?)")
	}
	return writeToken(s.Cache, token)
}

// explained keeps of a provider's refusal what an operator can act on, and nothing that could hold a secret.
func explained(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorCode == "" {
		return err
	}
	description, _, _ := strings.Cut(refused.ErrorDescription, "\n")
	return fmt.Errorf("the provider says %s: %s", refused.ErrorCode, description)
}

func readToken(path string) (*oauth2.Token, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading sign-in: %w", err)
	}
	var token oauth2.Token
	if err := json.Unmarshal(data, &token); err != nil {
		return nil, fmt.Errorf("reading sign-in: %w", err)
	}
	return &token, nil
}

// writeToken replaces the kept sign-in in one step, so that a crash leaves the old one or the new one.
func writeToken(path string, token *oauth2.Token) error {
	data, err := json.Marshal(token)
	if err != nil {
		return fmt.Errorf("keeping sign-in: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".sign-in-*") // 0600
	if err != nil {
		return fmt.Errorf("keeping sign-in: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keeping sign-in: %w", err)
	}
	return nil
}
