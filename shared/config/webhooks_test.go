package config_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latchkey/shared/config"
)

// webhookSecret is the setting's form of a key of n bytes.
func webhookSecret(n int) string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("hunter2!", 10)[:n]))
}

func TestWebhooksAreRead(t *testing.T) {
	list := fmt.Sprintf(`[{"url": "https://one.example/a?key=b", "secret": %q},
	  {"url": "https://two.example:8443", "secret": %q, "types": ["dev.latchkey.token.revoked.v1"]}]`, webhookSecret(24), webhookSecret(64))
	file := filepath.Join(t.TempDir(), "webhooks.json")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{list, "  \n" + list, file} {
		c, err := config.Load(environment("LATCHKEY_WEBHOOKS", text))
		if err != nil || len(c.Webhooks) != 2 || c.WebhookAllowPrivate {
			t.Fatalf("got %+v, %v", c.Webhooks, err)
		}
		one, two := c.Webhooks[0], c.Webhooks[1]
		if one.URL.Reveal() != "https://one.example/a?key=b" || one.Host != "one.example" || one.Key.Reveal() != strings.Repeat("hunter2!", 3) || one.Types != nil ||
			two.Host != "two.example" || len(two.Key.Reveal()) != 64 || !slices.Equal(two.Types, []string{"dev.latchkey.token.revoked.v1"}) {
			t.Errorf("got %+v", c.Webhooks)
		}
		if printed := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(printed, "hunter2") || strings.Contains(printed, "key=b") {
			t.Error("a secret is printed")
		}
	}
}

func TestEndpointsWithoutTLSAreOnlyForPrivateNetworks(t *testing.T) {
	list := fmt.Sprintf(`[{"url":"http://10.0.0.1:3000/","secret":%q}]`, webhookSecret(32))
	if c, err := config.Load(environment("LATCHKEY_WEBHOOKS", list, "LATCHKEY_WEBHOOK_ALLOW_PRIVATE", "true")); err != nil || !c.WebhookAllowPrivate || len(c.Webhooks) != 1 {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, private := range []string{"", "false"} {
		if _, err := config.Load(environment("LATCHKEY_WEBHOOKS", list, "LATCHKEY_WEBHOOK_ALLOW_PRIVATE", private)); err == nil {
			t.Errorf("taken with %q", private)
		}
	}
	for _, text := range []string{"1", "TRUE", "yes", " true"} {
		if _, err := config.Load(environment("LATCHKEY_WEBHOOK_ALLOW_PRIVATE", text)); err == nil || !strings.Contains(err.Error(), "LATCHKEY_WEBHOOK_ALLOW_PRIVATE") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWebhooksGoWithAFileAlone(t *testing.T) {
	list := fmt.Sprintf(`[{"url":"https://one.example","secret":%q}]`, webhookSecret(32))
	for store, ok := range map[string]bool{"bolt:x.db": true, "mem:": false, "dynamodb://latchkey": false} {
		_, err := config.Load(environment("LATCHKEY_WEBHOOKS", list, "LATCHKEY_STORE", store))
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "LATCHKEY_WEBHOOKS") {
			t.Errorf("%s: %v", store, err)
		}
		if _, err := config.Load(environment("LATCHKEY_WEBHOOKS", "[]", "LATCHKEY_STORE", store)); err != nil {
			t.Errorf("%s without any: %v", store, err)
		}
	}
}

func TestWrongWebhooksAreRefusedAndNotRepeated(t *testing.T) {
	good := webhookSecret(32)
	one := func(url, secret string) string { return fmt.Sprintf(`[{"url":%q,"secret":%q}]`, url, secret) }
	typed := func(types string) string {
		return fmt.Sprintf(`[{"url":"https://h.example/hunter2","secret":%q,"types":%s}]`, good, types)
	}
	many := strings.Repeat(`{},`, 8) + `{}`
	for _, text := range []string{
		"hunter2", "/no/such/hunter2", `{"url":"https://h.example"}`, "[", `["hunter2"]`, `[null]`, `[[]]`, `[{}]`, `[{}] hunter2`, "[" + many + "]",
		`[{"url":"https://h.example/hunter2","secret":"` + good + `","hunter2":1}]`,
		`[{"url":"https://h.example/hunter2","url":"https://h.example/hunter2","secret":"` + good + `"}]`,
		`[{"URL":"https://h.example/hunter2","secret":"` + good + `"}]`, `[{"url":7,"secret":"` + good + `"}]`,
		one("", good), one("h.example/hunter2", good), one("//h.example/hunter2", good), one("ftp://h.example/hunter2", good), one("https://", good),
		one("https:///hunter2", good), one("https://u:hunter2@h.example", good), one("https://hunter2@h.example", good), one("https://h.example#hunter2", good),
		one("http://h.example/hunter2", good), one("https://h.exa mple/hunter2", good), one("https://h.example/"+strings.Repeat("hunter2", 300), good),
		one("https://h.example/\nhunter2", good), one("https://:443/hunter2", good), one("https://h.example:99999/hunter2", good), one("https://h.example:0/hunter2", good),
		one("https://h.example/hunter2", ""), one("https://h.example/hunter2", "whsec_"), one("https://h.example/hunter2", "hunter2hunter2hunter2hunter2hunter2"),
		one("https://h.example/hunter2", strings.TrimPrefix(good, "whsec_")), one("https://h.example/hunter2", webhookSecret(23)),
		one("https://h.example/hunter2", webhookSecret(65)), one("https://h.example/hunter2", good+"\n"), one("https://h.example/hunter2", good+"="),
		one("https://h.example/hunter2", " "+good), one("https://h.example/hunter2", strings.Replace(good, "whsec_", "whsk_", 1)),
		one("https://h.example/hunter2", strings.TrimRight(good, "=")),
		typed(`[]`), typed(`["hunter2"]`), typed(`["dev.latchkey.token.created.v2"]`), typed(`["*"]`), typed(`"dev.latchkey.token.created.v1"`), typed(`[7]`),
		fmt.Sprintf(`[{"url":"https://h.example/hunter2","secret":%q},{"url":"https://h.example/hunter2","secret":%q}]`, good, good),
	} {
		_, err := config.Load(environment("LATCHKEY_WEBHOOKS", text))
		if err == nil || !strings.Contains(err.Error(), "LATCHKEY_WEBHOOKS ") {
			t.Errorf("%s: %v", text, err)
		} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), good[6:]) {
			t.Errorf("it is repeated: %v", err)
		}
	}
}
