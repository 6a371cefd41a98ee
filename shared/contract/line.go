package contract

import (
	"testing"

	"latchkey/shared/behaviour"
)

// line is one line of a contract, and what shows that it is kept.
type line struct {
	says string
	// clock marks a line that moves the service's clock.
	clock bool
	// with are settings that the line needs, such as LATCHKEY_POLICY={"tokensPerOwner":2}, over those of the door.
	with []string
	// light marks a line that makes few tokens and neither lists them, nor changes its users, nor fails to log in: it
	// shares its users with others of the kind, since hashing passwords takes time.
	light bool
	show  func(g *ground)
}

// apart reports whether the line needs a service of its own.
func (l line) apart() bool { return l.clock || l.with != nil }

// hold shows the lines through a door, in parallel. No secret of theirs may then be in its log.
func hold(t *testing.T, door behaviour.Door, product string, lines []line) {
	t.Helper()
	shared := newPlace(t, door)
	said := map[string]bool{}
	shown, left := 0, 0
	for _, l := range lines {
		if said[l.says] {
			t.Errorf("two lines say %q", l.says)
		}
		said[l.says] = true
		if l.apart() && door.Apart == nil {
			left++
			continue
		}
		shown++
		t.Run(l.says, func(t *testing.T) {
			t.Parallel()
			at := shared
			if l.apart() {
				at = newPlace(t, door.Apart(t, l.with...))
			}
			l.show(&ground{T: t, place: at, light: l.light})
		})
	}
	t.Logf("%d lines of %s's contract through the door %q, %d left out for want of a clock", shown, product, door.Name, left)
}
