package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// provider is a small OAuth2 server: it knows one application and one refresh token.
func provider(t *testing.T) (*httptest.Server, *[]string) {
	t.Helper()
	var grants []string
	mux := http.NewServeMux()
	mux.HandleFunc("/device", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"device_code":"d","user_code":"ABCD-EFGH","verification_uri":"https://login.example/device","expires_in":60,"interval":1}`))
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		grant := r.FormValue("grant_type")
		grants = append(grants, grant)
		switch {
		case grant == "client_credentials" && r.FormValue("client_secret") == "right":
			w.Write([]byte(`{"access_token":"app-token","token_type":"Bearer","expires_in":3600}`))
		case grant == "refresh_token" && r.FormValue("refresh_token") == "r1":
			w.Write([]byte(`{"access_token":"renewed","token_type":"Bearer","refresh_token":"r2","expires_in":60}`))
		case strings.HasSuffix(grant, "device_code"):
			w.Write([]byte(`{"access_token":"first","token_type":"Bearer","refresh_token":"r1","expires_in":60}`))
		default:
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: x"}`))
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server, &grants
}

func TestAppSignInAsksOnceAndExplainsRefusal(t *testing.T) {
	server, grants := provider(t)
	secret := "right"
	s := signIn{Provider: "custom", ClientID: "id", Flow: "app", TokenURL: server.URL + "/token", Secret: func() (string, error) { return secret, nil }}
	tokens := s.tokens()
	for range 2 {
		if got, err := tokens(context.Background()); err != nil || got != "app-token" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if len(*grants) != 1 {
		t.Errorf("asked %d times for a token that lasts an hour", len(*grants))
	}
	secret = "wrong"
	_, err := s.tokens()(context.Background())
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") || strings.Contains(err.Error(), "Trace") {
		t.Errorf("refusal: %v", err)
	}
}

func TestDeviceSignInIsKeptAndRenewed(t *testing.T) {
	server, _ := provider(t)
	cache := filepath.Join(t.TempDir(), "sign-in.json")
	s := signIn{Provider: "custom", ClientID: "id", Flow: "device", TokenURL: server.URL + "/token", DeviceURL: server.URL + "/device", Cache: cache}
	if _, err := s.tokens()(context.Background()); err == nil || !strings.Contains(err.Error(), "klachtd login") {
		t.Errorf("without a sign-in: %v", err)
	}
	var told string
	if err := s.signInByCode(context.Background(), func(line string) { told = line }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told, "ABCD-EFGH") {
		t.Errorf("told %q", told)
	}
	if got, err := s.tokens()(context.Background()); err != nil || got != "renewed" {
		t.Errorf("%q, %v", got, err)
	}
	kept, err := readToken(cache)
	if err != nil || kept.RefreshToken != "r2" {
		t.Errorf("the new refresh token was not kept: %v", err)
	}
	if info, err := os.Stat(cache); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the sign-in is readable by others: %v", info.Mode())
	}
}

func TestProviders(t *testing.T) {
	microsoft := signIn{Provider: "microsoft", Tenant: "school.example", Flow: "app"}.withProvider()
	if microsoft.TokenURL != "https://login.microsoftonline.com/school.example/oauth2/v2.0/token" || microsoft.Scopes[0] != "https://outlook.office365.com/.default" {
		t.Errorf("microsoft: %+v", microsoft)
	}
	google := signIn{Provider: "google", Flow: "device", Scopes: []string{"own"}}.withProvider()
	if google.DeviceURL == "" || google.Scopes[0] != "own" {
		t.Errorf("google: %+v", google)
	}
}
