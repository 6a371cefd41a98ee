package behaviour

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

//go:embed testdata/*.txtar
var scripts embed.FS

// Scripts runs every script through one door. The scripts run in parallel and share the door: each makes users
// and groups of its own.
func Scripts(t *testing.T, open func(t *testing.T) Door) {
	t.Helper()
	door := open(t)
	var told secrets
	t.Cleanup(func() { told.search(t, door) })
	admin := sync.OnceValue(func() string { return door.session(t, "admin", door.AdminPassword) })
	testscript.Run(t, testscript.Params{
		Dir: written(t, door),
		Setup: func(env *testscript.Env) error {
			s := newStory(door, admin)
			env.Values[storyKey{}] = s
			env.Defer(func() { told.add(s.secrets) })
			env.Setenv("PASSWORD", password)
			env.Setenv("BASE_URL", door.BaseURL)
			env.Setenv("SUPERUSER", door.Superuser)
			return nil
		},
		Cmds:               commands,
		RequireUniqueNames: true,
		Condition: func(cond string) (bool, error) {
			return door.Differs(Difference(cond)), nil
		},
	})
}

// commands is the scripts' language. A word in capitals is the name of a variable, which $ reads.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	// Who there is.
	"user":   command((*story).user),   // user alice [-admin] [-member team] [-manager team]: $alice is his name
	"group":  command((*story).group),  // group team: $team is its id
	"number": command((*story).number), // number seven: $seven is one, for a group that Authlance's API is to see
	"login":  command((*story).login),  // login alice: from now on, -as alice sends a session of his

	// What is asked. The body is inline, or a file of the script.
	"http":       command((*story).http),       // http POST /v1/tokens [-as alice] [-key TOKEN] [-header 'Name: value'] [BODY]
	"verify":     command((*story).verify),     // verify TOKEN REVOKED [-scopes a:b,c:d] [-ip 192.0.2.7] [-cost 2]
	"eventually": command((*story).eventually), // eventually TOKEN EXPIRED: verify until it says so
	"fill":       command((*story).fill),       // fill 3 -as alice [-group team]: make so many tokens

	// What is answered.
	"status":  command((*story).status),  // status 201
	"refused": command((*story).refused), // refused 422 invalid [/name …]: the code, and the fields at fault
	"body":    query((*story).body),      // [!] body REGEXP
	"header":  query((*story).header),    // [!] header ETag REGEXP
	"has":     query((*story).has),       // [!] has .expiresAt
	"same":    query((*story).same),      // [!] same .scopes '["repo:read"]'
	"count":   command((*story).count),   // count .tokens 3
	"save":    command((*story).save),    // save ID .id [REGEXP], save TAG ETag: a member or a header, or what of it matches
	"keep":    command((*story).keep),    // keep UNKNOWN: the whole answer, to compare with
	"like":    query((*story).like),      // [!] like UNKNOWN: the same status, headers and body

	"time": command((*story).time), // time SOON 2s: two seconds from now, as the API writes it
}

// command makes a script's command of a method that has no negation.
func command(do func(*story, *testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("this command cannot be negated")
		}
		do(ts.Value(storyKey{}).(*story), ts, args)
	}
}

// query makes one of a method that says what is wrong, "" if nothing is.
func query(ask func(*story, *testscript.TestScript, []string) string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s := ts.Value(storyKey{}).(*story)
		wrong := ask(s, ts, args)
		switch {
		case neg && wrong == "":
			ts.Fatalf("it is so, and should not be; the answer was\n%s", s.answer)
		case !neg && wrong != "":
			ts.Fatalf("%s; the answer was\n%s", wrong, s.answer)
		}
	}
}

// secrets gathers what the scripts were told and no log may hold.
type secrets struct {
	mu   sync.Mutex
	list []string
}

func (s *secrets) add(more []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, more...)
}

func (s *secrets) search(t *testing.T, door Door) {
	t.Helper()
	if door.Log == nil {
		return
	}
	log := door.Log()
	if log == "" {
		t.Error("nothing was logged")
	}
	for _, secret := range s.list {
		if secret != "" && strings.Contains(log, secret) {
			t.Errorf("the log holds the secret %q", secret)
		}
	}
}

// written writes the scripts where testscript finds them, wherever the test runs.
func written(t *testing.T, door Door) string {
	t.Helper()
	dir := t.TempDir()
	files, err := fs.Glob(scripts, "testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d scripts through the door %q", len(files), door.Name)
	for _, file := range files {
		text, err := scripts.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
