package contract

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/shared/behaviour/inprocess"
	"latchkey/shared/pat"
)

// record is what the store keeps of a token.
func (g *ground) record(svc inprocess.Service, id string) pat.Token {
	g.Helper()
	token, err := svc.Store.Token(g.Context(), pat.ID(id).Prefix())
	if err != nil {
		g.Fatal(err)
	}
	return token
}

func TestARecordHoldsNoSecretThatCanBeRead(t *testing.T) {
	g, svc := apart(t)
	quay, lance, node := g.quayToken("x"), g.lance().make(`,"scopes":["full_scope","full_scope"]`), g.nodeMake(`,"description":"x"`, right("nodePing", 5))
	for secret, id := range map[string]string{quay.text("token_code"): quay.text("uuid"), lance.text("token"): lance.text("id"), node: g.nodeID(node)} {
		kept := g.record(svc, id)
		all := fmt.Sprint(kept.Name, kept.Description, kept.Scopes, kept.LastChange) + string(kept.Wire) + string(kept.Sealed)
		if hidden := secret[len(secret)/2:]; strings.Contains(all, hidden) || kept.Hash != pat.NewSecret(secret).Hash() {
			t.Errorf("of a token of %s it keeps %q", kept.Product, all)
		}
		if seals := kept.Product == pat.Quay; seals != (len(kept.Sealed) > 0) {
			t.Errorf("a secret of %s is sealed: %t", kept.Product, !seals)
		}
	}
}

// However a token of Quay's ends, its sealed code goes with it.
func TestNoSealedCodeOutlivesItsToken(t *testing.T) {
	for name, end := range map[string]func(g *ground, made answer){
		"deleted":            func(g *ground, made answer) { g.ask(204, g.alice(), "DELETE "+quayAt(made), "") },
		"revoked natively":   func(g *ground, made answer) { g.ask(204, g.alice(), "DELETE /v1/tokens/"+made.text("uuid"), "") },
		"gone with its user": func(g *ground, made answer) { g.ask(204, g.admin(), "DELETE /v1/users/"+g.name("alice"), "") },
	} {
		t.Run(name, func(t *testing.T) {
			g, svc := apart(t)
			made := g.quayToken("x")
			if len(g.record(svc, made.text("uuid")).Sealed) == 0 {
				t.Error("it is not sealed")
			}
			end(g, made)
			if kept := g.record(svc, made.text("uuid")); len(kept.Sealed) > 0 || !kept.RevokedAt.Equal(g.now()) {
				t.Errorf("it keeps %d bytes, and was revoked at %s", len(kept.Sealed), kept.RevokedAt)
			}
			g.verdict("REVOKED", made.text("token_code"))
		})
	}
}

func TestARevocationAtAuthlanceIsWritten(t *testing.T) {
	g, svc := apart(t)
	l := g.lance()
	made := l.make("")
	g.pass(60e9)
	g.ask(204, l.ann, "DELETE "+lancePATs+"/"+made.text("id"), "")
	if kept := g.record(svc, made.text("id")); !kept.RevokedAt.Equal(g.now()) || !kept.UpdatedAt.Equal(g.now()) {
		t.Errorf("revoked at %s, updated at %s", kept.RevokedAt, kept.UpdatedAt)
	}
}
