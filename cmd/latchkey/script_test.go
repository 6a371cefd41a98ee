package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/localstack/moto"
)

// TestMain lets this test binary be the program: a script's latchkey is a process of its own that runs main.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"latchkey": main})
}

// TestScripts runs testdata/script. Beyond testscript's own commands, scripts have:
//
//	serve                    start the server, and set LATCHKEY_URL, and ADDRESS without http://, to where it listens
//	shutdown                 stop it with SIGTERM, which must succeed; what it said becomes stdout and stderr
//	exits STATUS command…    run a command, which must end with that status
//	keep NAME                set a variable to the last stdout, without the line's end
//	jsonget NAME path        set a variable to what the last stdout, which must be JSON, has at a path: tokens.0.id
//	json path [value]        the last stdout has that value there; without a value: nothing at all
//	mode MODE file           the file has those permissions
//	table NAME               an empty table in DynamoDB Local, where latchkey looks for tables from now on
//	http METHOD path [bearer [body]]   one call, answered or refused; status line, headers and body become stdout
//
// and the times A_DAY_AGO, IN_A_DAY and IN_A_WEEK.
func TestScripts(t *testing.T) { testscript.Run(t, scripts("script", setup)) }

// TestScriptsWithKMS runs testdata/kms. Its scripts also have moto at AWS_ENDPOINT_URL_KMS, and in it the keys
// KEY_ONE and KEY_TWO for sessions, KEY_SEALING, and KEY_RSA.
func TestScriptsWithKMS(t *testing.T) {
	server := moto.Start(t)
	variables := map[string]string{"AWS_ENDPOINT_URL_KMS": server.URL, "AWS_ACCESS_KEY_ID": moto.Credentials, "AWS_SECRET_ACCESS_KEY": moto.Credentials,
		"KEY_ONE": server.NewKey(t, types.KeySpecEccNistP256), "KEY_TWO": server.NewKey(t, types.KeySpecEccNistP256), "KEY_RSA": server.NewKey(t, types.KeySpecRsa2048),
		"KEY_SEALING": server.NewKey(t, types.KeySpecSymmetricDefault)}
	testscript.Run(t, scripts("kms", func(env *testscript.Env) error {
		for name, value := range variables {
			env.Setenv(name, value)
		}
		return setup(env)
	}))
}

func scripts(dir string, setup func(*testscript.Env) error) testscript.Params {
	return testscript.Params{
		Dir:                filepath.Join("testdata", dir),
		RequireUniqueNames: true,
		Setup:              setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "shutdown": shutdown, "exits": exits, "keep": keep,
			"jsonget": jsonget, "json": jsonHas, "mode": mode, "http": httpCall, "table": table,
		},
	}
}

// serverKey finds a script's server among its values.
type serverKey struct{}

// setup gives each script a home and a store of its own.
func setup(env *testscript.Env) error {
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	env.Setenv("LATCHKEY_LISTEN", "127.0.0.1:0")
	env.Setenv("LATCHKEY_STORE", "bolt:"+filepath.Join(env.WorkDir, "latchkey.db"))
	env.Setenv("LATCHKEY_ADMIN_PASSWORD", "correct horse battery")
	env.Setenv("GORACE", "atexit_sleep_ms=0") // else each process of a race-detecting test waits a second as it ends
	for name, days := range map[string]int{"A_DAY_AGO": -1, "IN_A_DAY": 1, "IN_A_WEEK": 7} {
		env.Setenv(name, time.Now().UTC().AddDate(0, 0, days).Format("2006-01-02T15:04:05.000Z"))
	}
	s := &server{}
	env.Values[serverKey{}] = s
	env.Defer(s.kill)
	return nil
}
