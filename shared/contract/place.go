package contract

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/behaviour"
)

// place is a door, and what those share who come in by it: the administrator's session, and all secrets that were seen.
type place struct {
	door behaviour.Door

	office sync.Mutex
	root   string // the administrator's session, good until
	until  time.Time

	lending sync.Mutex
	shared  map[string]*user // of light lines, by what these call them

	mu      sync.Mutex
	secrets map[string]bool
}

// newPlace looks the log over when the test ends.
func newPlace(t *testing.T, door behaviour.Door) *place {
	t.Helper()
	p := &place{door: door, shared: map[string]*user{}, secrets: map[string]bool{}}
	p.remember(password, door.AdminPassword, door.Superuser)
	if door.Log != nil {
		before := len(door.Log())
		t.Cleanup(func() { p.search(t, door.Log()[before:]) })
	}
	return p
}

// now is the service's time.
func (p *place) now() time.Time {
	if p.door.Clock != nil {
		return p.door.Clock.Now()
	}
	return time.Now()
}

const (
	minSecret = 16 // the length from which a text can be looked for without being found by chance
	minName   = 32 // and from which a user's name is none
)

// remember notes secrets, which no log may hold.
func (p *place) remember(secrets ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			p.secrets[secret] = true
		}
	}
}

func (p *place) search(t *testing.T, log string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if log == "" {
		t.Error("nothing was logged")
	}
	for secret := range p.secrets {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds the secret %q", secret)
		}
	}
}

// secretPath is an address that has a secret in it.
var secretPath = regexp.MustCompile(`^/api/v3/tokens/([^/?]+)`)

// sent notes the secrets that stand in the address, or were sent as a token.
func (p *place) sent(path string, as string, header []string) {
	p.remember(as)
	if m := secretPath.FindStringSubmatch(path); m != nil {
		p.remember(m[1])
		if plain, err := url.PathUnescape(m[1]); err == nil {
			p.remember(plain)
		}
	}
	for i := 0; i+1 < len(header); i += 2 {
		switch name, value := strings.ToLower(header[i]), header[i+1]; name {
		case "x-auth-token":
			p.remember(value)
		case "authorization":
			_, credential, _ := strings.Cut(value, " ")
			p.remember(credential)
			if plain, err := base64.StdEncoding.DecodeString(credential); err == nil {
				user, word, _ := strings.Cut(string(plain), ":")
				p.remember(word)
				if len(user) >= minName { // HOPRd's Basic has the token there
					p.remember(user)
				}
			}
		}
	}
}

// mints are the members of answers in which the products show a secret.
var mints = []string{"token", "token_code", "access_token", "refresh_token"}

// minted notes the secrets that an answer shows, wherever in it.
func (p *place) minted(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if secret, ok := member.(string); ok && slices.Contains(mints, name) {
				p.remember(secret)
			}
			p.minted(member)
		}
	case []any:
		for _, item := range value {
			p.minted(item)
		}
	}
}
