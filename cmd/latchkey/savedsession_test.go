package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func lookupDir(dir string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if name != "LATCHKEY_CONFIG_DIR" {
			return "", false
		}
		return dir, true
	}
}

var aSession = savedSession{"https://tokens.example.com", "alice", pat.NewSecret("a.b.c"), time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)}

func TestASessionComesBackAsItWasSaved(t *testing.T) {
	lookup := lookupDir(filepath.Join(t.TempDir(), "made", "for it"))
	if saved, err := loadSession(lookup); saved != nil || err != nil {
		t.Fatalf("%v, %v", saved, err)
	}
	if err := saveSession(lookup, aSession); err != nil {
		t.Fatal(err)
	}
	saved, err := loadSession(lookup)
	if err != nil || saved.address != aSession.address || saved.username != "alice" || saved.secret.Reveal() != "a.b.c" || !saved.expiresAt.Equal(aSession.expiresAt) {
		t.Errorf("%+v, %v", saved, err)
	}
	if text := fmt.Sprintf("%v %+v %#v", saved, saved, *saved); strings.Contains(text, "a.b.c") {
		t.Errorf("a session shows its secret: %s", text)
	}
	for range 2 {
		if err := removeSession(lookup); err != nil {
			t.Error(err)
		}
	}
}

func TestNobodyElseReadsASessionWhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "latchkey")
	if err := saveSession(lookupDir(dir), aSession); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "session.json"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestASessionThatCannotBeSavedLeavesTheOldOneAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "session.json")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil { // a file cannot replace it
		t.Fatal(err)
	}
	err := saveSession(lookupDir(dir), aSession)
	if err == nil || strings.Contains(err.Error(), "a.b.c") {
		t.Errorf("%v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestAFileThatIsNoSessionIsNotGuessedAt(t *testing.T) {
	for _, text := range []string{
		"", "{", "null", "[]", `{"url":"http://127.0.0.1","username":"a","token":"","expiresAt":"2030-01-31T12:00:00Z"}`,
		`{"url":"nowhere","username":"a","token":"s3cret","expiresAt":"2030-01-31T12:00:00Z"}`,
		`{"url":"http://127.0.0.1","username":"a","token":"s3cret","expiresAt":"later"}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "session.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if saved, err := loadSession(lookupDir(dir)); saved != nil || err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, %v", text, saved, err)
		}
	}
}

func TestASessionGoesOnlyWhereItIsFrom(t *testing.T) {
	lookup := lookupDir(t.TempDir())
	session := aSession
	session.address, session.expiresAt = "https://tokens.example.com/prod", time.Now().Add(time.Hour)
	if err := saveSession(lookup, session); err != nil {
		t.Fatal(err)
	}
	env := &environment{lookup: lookup}
	for text, same := range map[string]bool{
		"": true, "https://TOKENS.example.com:443/prod/": true, "https://tokens.example.com": false, "https://tokens.example.com/prod2": false,
		"https://tokens.example.com:8443/prod": false, "https://tokens.example.com.evil.example/prod": false, "http://localhost/prod": false,
	} {
		c, err := remote{URL: text}.client(env)
		if same != (err == nil && c.secret.Reveal() == "a.b.c") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
