package authlance

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

func TestAGroupsNumberIsWrittenInOneWay(t *testing.T) {
	for text, taken := range map[string]bool{
		"0": true, "7": true, "9007199254740991": true, "9007199254740992": false, "18446744073709551616": false, "": false, "-1": false, "+7": false,
		"07": false, "7.0": false, "7e0": false, "0x7": false, "7_0": false, " 7": false, "٧": false, "seven": false,
	} {
		var f fields
		if group := f.groupText(text); (group == text && f.Err() == nil) != taken {
			t.Errorf("%q: %q, %v", text, group, f.Err())
		}
	}
}

func TestScopesAreKeptOnceAndShownAsSent(t *testing.T) {
	const most = pat.MaxScopes
	for _, c := range []struct {
		sent          []string
		kept          []pat.Scope
		widest, fault string
	}{
		{[]string{"public_scope"}, []pat.Scope{"authlance:public_scope"}, "public_scope", ""},
		{[]string{"public_scope", "full_scope"}, []pat.Scope{"authlance:public_scope", "authlance:full_scope"}, "full_scope", ""},
		{[]string{"full_scope", "public_scope", "full_scope"}, []pat.Scope{"authlance:full_scope", "authlance:public_scope"}, "full_scope", ""},
		{slices.Repeat([]string{"public_scope"}, most), []pat.Scope{"authlance:public_scope"}, "public_scope", ""},
		{slices.Repeat([]string{"public_scope"}, most+1), nil, "", "scopes"},
		{[]string{"FULL_SCOPE"}, nil, "", "scopes"},
		{[]string{"authlance:full_scope"}, nil, "", "scopes"},
		{[]string{"public_scope", ""}, nil, "", "scopes"},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"name":"x","groupId":7,"scopes":["`+strings.Join(c.sent, `","`)+`"]}`))
		r.Header.Set("Content-Type", "application/json")
		req, err := decodeCreate(dialect.NewRequest(r))
		if refused := err != nil; refused || c.fault != "" {
			if e := pat.AsError(err); len(e.Fields) != 1 || e.Fields[0].Field != c.fault {
				t.Errorf("%s: %v", c.sent, err)
			}
			continue
		}
		shown, err := about(pat.Token{Owner: "group#7", Scopes: req.Scopes, Wire: req.Wire})
		if err != nil || !slices.Equal(req.Scopes, c.kept) || !slices.Equal(shown.Scopes, c.sent) || shown.EffectiveScope != c.widest || len(req.Wire) > pat.MaxWire {
			t.Errorf("%s: kept as %s, shown %+v, %v", c.sent, req.Scopes, shown, err)
		}
	}
}

func TestScopesThatAnotherAPIHasSetAreShownAsTheyAre(t *testing.T) {
	sent := []byte(`{"scopes":["full_scope","full_scope"]}`)
	for _, c := range []struct {
		scopes    []pat.Scope
		effective string
	}{
		{[]pat.Scope{"repo:read"}, ""},
		{[]pat.Scope{"repo:read", "authlance:public_scope"}, "public_scope"},
	} {
		shown, err := about(pat.Token{Owner: "group#7", Scopes: c.scopes, Wire: sent})
		if err != nil || !slices.Equal(shown.Scopes, names(c.scopes)) || shown.EffectiveScope != c.effective {
			t.Errorf("%s: %+v, %v", c.scopes, shown, err)
		}
	}
}

func TestATokenThatCannotBeReadIsNotShown(t *testing.T) {
	for _, bad := range []pat.Token{{Owner: "group#seven"}, {Owner: "user#7"}, {Owner: "group#7", Wire: []byte("{")}} {
		if _, err := view(bad); err == nil {
			t.Errorf("%+v is shown", bad)
		}
	}
}

func TestWhereTheTokenToVerifyStands(t *testing.T) {
	const json, made = "application/json", "pat_k3v9x2ma-x"
	for name, c := range map[string]struct {
		contentType, body, authorization string
		token                            string // "": refused
	}{
		"in the body":                          {json, `{"token":"` + made + `"}`, "", made},
		"in the body, a session in the header": {json, `{"token":"` + made + `"}`, "Bearer a.b.c", made},
		"in both":                              {json, `{"token":"` + made + `"}`, "Bearer pat_other", made},
		"nonsense in the body":                 {json, `{"token":"x"}`, "Bearer " + made, "x"},
		"in the header, no body":               {"", "", "Bearer " + made, made},
		"in the header, no body of a type":     {"text/plain", "", "Bearer " + made, made},
		"in the header, an empty object":       {json, "{}", "bearer " + made, made},
		"a session in the header alone":        {json, "{}", "Bearer a.b.c", ""},
		"by itself in the header":              {json, "{}", made, ""},
		"in Basic":                             {json, "{}", "Basic " + made, ""},
		"in a header that is no list":          {json, "{}", "Bearer " + made + ",Bearer " + made, ""},
		"nowhere":                              {json, "{}", "", ""},
		"null":                                 {json, `{"token":null}`, "Bearer " + made, ""},
		"a number":                             {json, `{"token":7}`, "Bearer " + made, ""},
		"a body that is no JSON":               {json, `token`, "Bearer " + made, ""},
		"a body of blanks":                     {json, ` `, "Bearer " + made, ""},
		"a body of another type":               {"text/plain", `{"token":"` + made + `"}`, "", ""},
		"a member beside it":                   {json, `{"token":"` + made + `","scopes":[]}`, "", ""},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
		for name, value := range map[string]string{"Content-Type": c.contentType, "Authorization": c.authorization} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		req, err := decodeVerify(dialect.NewRequest(r))
		if refused := err != nil; refused != (c.token == "") || !refused && req.Token.Reveal() != c.token {
			t.Errorf("%s: %q, %v", name, req.Token.Reveal(), err)
		}
		if err != nil && statuses[dialect.Refusal(err).Code] != http.StatusBadRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
}
