package config_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// environment returns a lookup over name, value pairs.
func environment(pairs ...string) func(string) (string, bool) {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func TestAnEmptyEnvironmentHasTheDefaults(t *testing.T) {
	c, err := config.Load(environment())
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Store.String() != "bolt:latchkey.db" || !c.AdminPassword.IsZero() ||
		c.Issuer() != config.DefaultIssuer || c.OIDC.Issuer != "" || c.TrustedProxies != nil {
		t.Errorf("got %+v", c)
	}
	if c.Policy.DefaultLifetime != 90*24*time.Hour || c.Policy.TokensPerOwner != 100 {
		t.Errorf("got the policy %+v", c.Policy)
	}
}

func TestSettingsAreRead(t *testing.T) {
	c, err := config.Load(environment(
		"LATCHKEY_LISTEN", "0.0.0.0:0",
		"LATCHKEY_STORE", "mem:",
		"LATCHKEY_PUBLIC_URL", "https://tokens.example.com/",
		"LATCHKEY_OIDC_ISSUER", "https://login.example.com",
		"LATCHKEY_OIDC_AUDIENCE", "latchkey",
		"LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7",
		"LATCHKEY_POLICY", `{"brand":"acme","tokensPerOwner":7,"implies":{"a:write":["a:read"]},"maxLifetimeDays":400,"allowNeverExpiring":true,"lifetimesForAllDialects":true,"creates":{"perMinute":1,"burst":2}}`,
	))
	if err != nil {
		t.Fatal(err)
	}
	if c.Issuer() != "https://tokens.example.com" || c.OIDC.GroupsClaim != "groups" || c.Store.Kind != "mem" {
		t.Errorf("got %+v", c)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")}
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[0] != want[0] || c.TrustedProxies[1] != want[1] {
		t.Errorf("got the proxies %v, want %v", c.TrustedProxies, want)
	}
	p := c.Policy
	if p.Brand != "acme" || p.TokensPerOwner != 7 || p.MaxLifetime != 400*24*time.Hour || !p.AllowNeverExpiring || !p.LifetimesForAll ||
		p.Creates != (pat.Rate{PerMinute: 1, Burst: 2}) || len(p.Implies) != 1 || p.DefaultLifetime != 90*24*time.Hour {
		t.Errorf("got the policy %+v", p)
	}
}

func TestTheSigningKeyIsInTheStoreOrInKMS(t *testing.T) {
	for text, want := range map[string]string{
		"":      "",
		"store": "",
		"kms:arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab": "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab",
		"kms:arn:aws-us-gov:kms:us-gov-east-1:123456789012:key/mrk-1": "arn:aws-us-gov:kms:us-gov-east-1:123456789012:key/mrk-1",
	} {
		if c, err := config.Load(environment("LATCHKEY_SIGNING_KEY", text)); err != nil || c.SigningKey.KMS != want {
			t.Errorf("%q: got %q, %v", text, c.SigningKey.KMS, err)
		}
	}
}

func TestTheSuperusersTokenIsNotPrinted(t *testing.T) {
	const token = "%th1s-is-the-superusers-token%"
	c, err := config.Load(environment("LATCHKEY_HOPRD_SUPERUSER", token))
	if err != nil || c.HOPRdSuperuser.Reveal() != token || strings.Contains(fmt.Sprintf("%v %+v %#v", c, c, c), token) {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestTheSealingKeyIsInTheStoreOrWrappedByKMSOrWhereItWas(t *testing.T) {
	const arn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab"
	for text, want := range map[string]*pat.SealingKey{"": nil, "store": {}, "kms:" + arn: {KMS: arn}} {
		c, err := config.Load(environment("LATCHKEY_SEALING_KEY", text))
		if got := c.SealingKey; err != nil || (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
}

func TestAPolicyCanBeAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(file, []byte(`{"retentionDays": 3}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(environment("LATCHKEY_POLICY", file))
	if err != nil || c.Policy.Retention != 3*24*time.Hour {
		t.Errorf("got %v, %v", c.Policy.Retention, err)
	}
}

func TestNoticesAreInDays(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string][]time.Duration{
		`{}`: {30 * day, 7 * day, day}, `{"noticeDays":null}`: {30 * day, 7 * day, day},
		`{"noticeDays":[]}`: {}, `{"noticeDays":[14]}`: {14 * day}, `{"noticeDays":[365,1]}`: {365 * day, day},
	} {
		c, err := config.Load(environment("LATCHKEY_POLICY", text))
		if err != nil || !slices.Equal(c.Policy.Notices, want) {
			t.Errorf("%s: got %v, %v", text, c.Policy.Notices, err)
		}
	}
}

func TestATokensLifeIsInQuaysUnits(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1s": time.Second, "60s": time.Minute, "5m": 5 * time.Minute, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour,
		"2w": 14 * 24 * time.Hour, "1y": 365 * 24 * time.Hour, "100y": 36500 * 24 * time.Hour, "3153600000s": 36500 * 24 * time.Hour,
	} {
		c, err := config.Load(environment("LATCHKEY_POLICY", `{"dialectLifetimes":{"quay":"`+text+`"}}`))
		if err != nil || len(c.Policy.Lifetimes) != 1 || c.Policy.Lifetimes[pat.Quay] != want {
			t.Errorf("%s: got %v, %v", text, c.Policy.Lifetimes, err)
		}
	}
	for _, text := range []string{`""`, `"w"`, `"2"`, `"0s"`, `"02w"`, `"-1d"`, `"+1d"`, `"1.5h"`, `"1h30m"`, `"2 w"`, `" 2w"`, `"2w\n"`, `"2W"`, `"2ms"`,
		`"2weeks"`, `"101y"`, `"9999999999y"`, `"99999999999s"`, `14`, `null`, `["2w"]`, `"١w"`} {
		if _, err := config.Load(environment("LATCHKEY_POLICY", `{"dialectLifetimes":{"quay":`+text+`}}`)); err == nil {
			t.Errorf("%s is a life", text)
		}
	}
}

func TestAWrongSettingIsNamed(t *testing.T) {
	for _, c := range []struct{ name, value string }{
		{"LATCHKEY_LISTEN", "8080"},
		{"LATCHKEY_LISTEN", "nonsense"},
		{"LATCHKEY_HOPRD_SUPERUSER", "fifteen-letters"},
		{"LATCHKEY_HOPRD_SUPERUSER", "sixteen letters "},
		{"LATCHKEY_HOPRD_SUPERUSER", "sixteen-l\u00e9tters"},
		{"LATCHKEY_HOPRD_SUPERUSER", "sixteen-letters-\n"},
		{"LATCHKEY_HOPRD_SUPERUSER", strings.Repeat("x", 257)},
		{"LATCHKEY_STORE", "bolt:"},
		{"LATCHKEY_STORE", "postgres://x"},
		{"LATCHKEY_STORE", "mem:x"},
		{"LATCHKEY_SIGNING_KEY", "kms"},
		{"LATCHKEY_SIGNING_KEY", "kms:"},
		{"LATCHKEY_SIGNING_KEY", "kms:alias/latchkey"},
		{"LATCHKEY_SIGNING_KEY", "kms:arn:aws:kms:eu-central-1:123456789012:alias/latchkey"},
		{"LATCHKEY_SIGNING_KEY", "arn:aws:kms:eu-central-1:123456789012:key/1"},
		{"LATCHKEY_SIGNING_KEY", "kms:arn:aws:kms:eu-central-1:123456789012:key/1 "},
		{"LATCHKEY_SIGNING_KEY", "bolt"},
		{"LATCHKEY_SEALING_KEY", "kms:alias/latchkey"},
		{"LATCHKEY_SEALING_KEY", "arn:aws:kms:eu-central-1:123456789012:key/1"},
		{"LATCHKEY_SEALING_KEY", "table"},
		{"LATCHKEY_PUBLIC_URL", "tokens.example.com"},
		{"LATCHKEY_PUBLIC_URL", "https://u:p@tokens.example.com"},
		{"LATCHKEY_OIDC_ISSUER", "login"},
		{"LATCHKEY_OIDC_ISSUER", "http://login.example.com"},
		{"LATCHKEY_OIDC_AUDIENCE", "alone"},
		{"LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/33"},
		{"LATCHKEY_TRUSTED_PROXIES", "a proxy"},
		{"LATCHKEY_POLICY", "/no/such/file"},
		{"LATCHKEY_POLICY", `{`},
		{"LATCHKEY_POLICY", `{"tokensPerOwners":1}`},
		{"LATCHKEY_POLICY", `{"tokensPerOwner":1,"tokensPerOwner":2}`},
		{"LATCHKEY_POLICY", `{"tokensPerOwner":0}`},
		{"LATCHKEY_POLICY", `{"tokensPerOwner":1001}`},
		{"LATCHKEY_POLICY", `{"maxLifetimeDays":0}`},
		{"LATCHKEY_POLICY", `{"maxLifetimeDays":9000000000}`},
		{"LATCHKEY_POLICY", `{"maxLifetimeDays":213700}`},
		{"LATCHKEY_POLICY", `{"retentionDays":-213300}`},
		{"LATCHKEY_POLICY", `{"sessionMinutes":-307445734561800}`},
		{"LATCHKEY_POLICY", `{"maxLifetimeDays":30}`}, // below the default lifetime
		{"LATCHKEY_POLICY", `{"brand":"Pat"}`},
		{"LATCHKEY_POLICY", `{"brand":"dckr_pat"}`},
		{"LATCHKEY_POLICY", `{"implies":{"a:b":["admin:all"]}}`},
		{"LATCHKEY_POLICY", `{"implies":{"A":["a:b"]}}`},
		{"LATCHKEY_POLICY", `{"mintableScopes":["x"]}`},
		{"LATCHKEY_POLICY", `{"dialectLifetimes":{"quay":"a fortnight"}}`},
		{"LATCHKEY_POLICY", `{"dialectLifetimes":{"quay":"9999999999y"}}`},
		{"LATCHKEY_POLICY", `{"dialectLifetimes":{"Quay":"2w"}}`},
		{"LATCHKEY_POLICY", `{"dialectLifetimes":{"native":"2w"}}`},
		{"LATCHKEY_POLICY", `{"dialectLifetimes":{"":"2w"}}`},
		{"LATCHKEY_POLICY", `{"creates":{"perMinute":0,"burst":1}}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[0]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[366]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[213504]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[1.5]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":["7"]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":7}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[7,30]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[7,7]}`},
		{"LATCHKEY_POLICY", `{"noticeDays":[9,8,7,6,5,4,3,2,1]}`},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			_, err := config.Load(environment(c.name, c.value))
			if err == nil || !strings.Contains(err.Error(), c.name) {
				t.Errorf("got %v", err)
			}
			if c.name == "LATCHKEY_HOPRD_SUPERUSER" && strings.Contains(err.Error(), c.value) {
				t.Errorf("it is repeated: %v", err)
			}
		})
	}
}

func TestEveryWrongSettingIsNamedAtOnce(t *testing.T) {
	_, err := config.Load(environment("LATCHKEY_LISTEN", "x", "LATCHKEY_STORE", "y"))
	if err == nil || !strings.Contains(err.Error(), "LATCHKEY_LISTEN") || !strings.Contains(err.Error(), "LATCHKEY_STORE") {
		t.Errorf("got %v", err)
	}
}
