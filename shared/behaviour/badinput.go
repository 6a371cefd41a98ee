package behaviour

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// badRequest is one line of the table: what is sent, and the answer.
type badRequest struct {
	name         string
	method, path string
	as           string   // the bearer, "" for none
	header       []string // lines, as they are sent
	body         string
	raw          string // the whole request, in place of all that
	hangUp       bool   // send no more than this, and say so
	// want is the answer as the scripts' refused has it, "422 invalid /name"; or "200 NOT_FOUND", a verdict; or
	// "http 400", where HTTP itself is not understood and no handler of ours has the word.
	want  string
	allow string // with 405
	// loose is the difference with which a door may refuse this in other words.
	loose Difference
	// secrets are what the request holds beyond credentials, tokens and passwords, and no answer may repeat.
	secrets []string
}

// enough is how many cases the table has at the least.
const enough = 300

// BadInput runs the table of bad requests through a door, which it wants for itself meanwhile. Each has its
// exact answer; and over all of them, nothing is made, changed or given away.
func BadInput(t *testing.T, door Door) {
	g := newGround(t, door)
	var table []badRequest
	for _, theme := range []func(*ground) []badRequest{
		unreadableBodies, unfitBodies, wrongKinds, mediaTypes, sizes,
		badTimes, badTexts, badScopes, badAddresses, badNumbers,
		badQueries, needlessQueries, badCursors,
		badCredentials, missingCredentials, badForwarding, badTokens, badSessions,
		badPrecondition, badIdempotencyKeys,
		badUsers, badMemberships, badPasswords, badLogins,
		wrongMethods, badPaths, badHTTP,
		hubBodies, hubValues, hubCallers, hubPlaces,
		quayBodies, quayCallers, quayPlaces,
		lanceBodies, lanceValues, lanceQueries, lanceCallers, lanceTokens, lancePlaces,
		nodeBodies, nodeValues, nodeCallers, nodePlaces,
	} {
		table = append(table, theme(g)...)
	}

	before := g.inventory(t)
	seen := map[string]bool{}
	for _, bad := range table {
		if seen[bad.name] {
			t.Errorf("two cases are named %q", bad.name)
		}
		seen[bad.name] = true
		t.Run(bad.name, func(t *testing.T) { g.try(t, bad) })
	}
	if after := g.inventory(t); after != before {
		t.Errorf("bad requests left something behind; before:\n%s\nafter:\n%s", before, after)
	}
	g.search(t)
	t.Logf("%d bad requests through the door %q, of which %d were refused in other words:\n%s", len(table), door.Name,
		len(g.differences), strings.Join(g.differences, "\n"))
	if len(table) < enough {
		t.Errorf("%d bad requests are too few: want %d", len(table), enough)
	}
}

// try sends one bad request and compares the answer.
func (g *ground) try(t *testing.T, bad badRequest) {
	header := slices.Clone(bad.header)
	if bad.as != "" {
		header = append(header, "Authorization: Bearer "+bad.as)
	}
	w := wire{method: bad.method, bytes: bad.raw, hangUp: bad.hangUp}
	if bad.raw == "" {
		w = g.door.request(t, bad.method, bad.path, header, bad.body)
		w.hangUp = bad.hangUp
	}
	g.remember(bad, w)
	a, came, err := g.door.send(t, w)
	g.answers = append(g.answers, given{bad.name, string(came)})
	if err == nil {
		err = bad.compare(a)
		if w.head() > longHead {
			bad.loose = OwnHTTP
		}
		if err != nil && g.door.Differs(bad.loose) {
			g.differences = append(g.differences, fmt.Sprintf("%s: %s: %v", bad.loose, bad.name, err))
			err = bad.compareLoosely(a)
		}
	}
	if err != nil {
		t.Errorf("%v\nsent:\n%.1000q\ngot:\n%.2000s", err, w.bytes, came)
	}
}

// compareLoosely takes any refusal; of a path that means another one when it is decoded, any answer to that; and of
// what HTTP itself refuses by a status from 500 on, that one.
func (bad badRequest) compareLoosely(a *answer) error {
	if a.status >= 400 && a.status < 500 || a.status < 300 && bad.loose == DecodedPaths || bad.want == "http "+strconv.Itoa(a.status) {
		return nil
	}
	return fmt.Errorf("%d, want a refusal", a.status)
}

// compare says how the answer differs from the one wanted.
func (bad badRequest) compare(a *answer) error {
	words := strings.Fields(bad.want)
	if words[0] == "http" {
		if strconv.Itoa(a.status) != words[1] {
			return fmt.Errorf("%d, want %s of HTTP itself", a.status, words[1])
		}
		return nil
	}
	if strconv.Itoa(a.status) != words[0] {
		return fmt.Errorf("%d, want %s", a.status, bad.want)
	}
	if err := a.sound(); err != nil || bad.method == "HEAD" {
		return err
	}
	code, at := a.code(), a.faults()
	if a.status == 200 {
		verdict, _ := lookup(a.json, ".code")
		code = text(verdict)
	}
	if code != words[1] || !slices.Equal(at, slices.Sorted(slices.Values(words[2:]))) {
		return fmt.Errorf("%d %s %s, want %s", a.status, code, at, bad.want)
	}
	if bad.allow != "" && a.header.Get("Allow") != bad.allow {
		return fmt.Errorf("it allows %s, want %s", a.header.Get("Allow"), bad.allow)
	}
	return nil
}

// given is what came back for a case.
type given struct{ name, bytes string }

var (
	credentialLine = regexp.MustCompile(`(?im)^authorization: *(.*?)\r?$`)
	keyLine        = regexp.MustCompile(`(?im)^x-auth-token: *(.*?)\r?$`)
	secretMember   = regexp.MustCompile(`"(?:token|password|currentPassword|secret|login_2fa_token)": ?"((?:[^"\\]|\\.)*)"`)
)

// minSecret is the length from which a text can be looked for without being found by chance.
const minSecret = 7

// remember notes every secret that a request holds.
func (g *ground) remember(bad badRequest, w wire) {
	found := slices.Clone(bad.secrets)
	for _, m := range secretMember.FindAllStringSubmatch(w.bytes, -1) {
		found = append(found, m[1])
	}
	for _, m := range credentialLine.FindAllStringSubmatch(w.bytes, -1) {
		_, value, _ := strings.Cut(m[1], " ") // after the scheme
		found = append(found, strings.TrimSpace(value))
	}
	for _, m := range keyLine.FindAllStringSubmatch(w.bytes, -1) {
		found = append(found, m[1])
	}
	for _, secret := range found {
		if len(secret) >= minSecret && !slices.Contains([]string{g.id, g.prefix, g.lance.id, g.lance.prefix}, secret) { // sent as a token, these are still none
			g.secrets[secret] = bad.name
		}
	}
}

// search looks for every secret in every answer, and in the log.
func (g *ground) search(t *testing.T) {
	t.Helper()
	texts := g.answers
	if g.door.Log != nil {
		texts = append(texts, given{"the log", g.door.Log()})
	}
	for _, text := range texts {
		for secret, of := range g.secrets {
			if strings.Contains(text.bytes, secret) {
				t.Errorf("%s: repeats a secret of %q: %q", text.name, of, secret)
			}
		}
	}
}
