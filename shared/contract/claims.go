package contract

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// claims reads a JWT as clients do, without looking at its signature.
func (g *ground) claims(jwt string) map[string]any {
	g.Helper()
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		g.Fatalf("%d parts", len(parts))
	}
	out := make([]map[string]any, 2)
	for i := range out {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, &out[i])
		}
		if err != nil {
			g.Fatal(err)
		}
	}
	return out[1]
}
