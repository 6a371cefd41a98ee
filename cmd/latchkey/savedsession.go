package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// savedSession is the session that login keeps for the commands after it.
type savedSession struct {
	address   address
	username  string
	secret    pat.Secret
	expiresAt time.Time
}

// sessionFile is the same in the file. It holds the secret itself, so nobody else may read the file.
type sessionFile struct {
	URL       string    `json:"url"`
	Username  string    `json:"username"`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expiresAt"`
}

const maxSessionFile = 64 << 10

// sessionPath is LATCHKEY_CONFIG_DIR/session.json, or in latchkey/ where the user's settings are.
func sessionPath(lookup func(string) (string, bool)) (string, error) {
	if dir, ok := lookup("LATCHKEY_CONFIG_DIR"); ok && dir != "" {
		return filepath.Join(dir, "session.json"), nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the session: %w; set LATCHKEY_CONFIG_DIR", err)
	}
	return filepath.Join(dir, "latchkey", "session.json"), nil
}

// loadSession returns nil if nobody is logged in.
func loadSession(lookup func(string) (string, bool)) (*savedSession, error) {
	path, err := sessionPath(lookup)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the session: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSessionFile))
	if err != nil {
		return nil, fmt.Errorf("read the session: %w", err)
	}
	var in sessionFile
	if err := json.Unmarshal(text, &in); err == nil && in.Token != "" {
		if base, err := parseAddress(in.URL); err == nil {
			return &savedSession{base, in.Username, pat.NewSecret(in.Token), in.ExpiresAt}, nil
		}
	}
	return nil, fmt.Errorf("%s is not a session that can be read: remove it, then run latchkey login", path)
}

// saveSession replaces the file whole or not at all, and it is never readable by others, not even for a moment.
func saveSession(lookup func(string) (string, bool), s savedSession) error {
	path, err := sessionPath(lookup)
	if err != nil {
		return err
	}
	text, err := json.Marshal(sessionFile{string(s.address), s.username, s.secret.Reveal(), s.expiresAt})
	if err != nil {
		return errors.New("write the session: the server's answer does not fit in JSON")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".session-*") // which makes it 0600
	if err != nil {
		return fmt.Errorf("write the session: %w", err)
	}
	_, err = file.Write(append(text, '\n'))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the session: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}

// removeSession forgets the session; that there is none is no error.
func removeSession(lookup func(string) (string, bool)) error {
	path, err := sessionPath(lookup)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the session: %w", err)
	}
	return nil
}
