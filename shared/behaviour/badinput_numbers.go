package behaviour

import "strings"

// badNumbers are counts that nothing can have.
func badNumbers(g *ground) []badRequest {
	create, verify := g.form("create"), g.form("verify")
	return []badRequest{
		create.badMember("maxUses", "zero", "0", "422 invalid /maxUses"),
		create.badMember("maxUses", "minus zero", "-0", "422 invalid /maxUses"),
		create.badMember("maxUses", "minus one", "-1", "422 invalid /maxUses"),
		create.badMember("maxUses", "over a billion", "1000000001", "422 invalid /maxUses"),
		create.badMember("maxUses", "the most of 64 bits", "9223372036854775807", "422 invalid /maxUses"),
		create.badMember("maxUses", "the least of 64 bits", "-9223372036854775808", "422 invalid /maxUses"),
		verify.badMember("cost", "minus one", "-1", "422 invalid /cost"),
		verify.badMember("cost", "over a thousand", "1001", "422 invalid /cost"),
		verify.badMember("cost", "the most of 64 bits", "9223372036854775807", "422 invalid /cost"),
		verify.badMember("cost", "the least of 64 bits", "-9223372036854775808", "422 invalid /cost"),
		create.badMember("groupId", "empty", `""`, "422 invalid /groupId"),
		create.badMember("groupId", "a blank", `" "`, "422 invalid /groupId"),
		create.badMember("groupId", "with a slash", `"a/b"`, "422 invalid /groupId"),
		create.badMember("groupId", "with a number sign", `"a#b"`, "422 invalid /groupId"),
		create.badMember("groupId", "with a zero byte", `"a\u0000"`, "422 invalid /groupId"),
		create.badMember("groupId", "of 65 letters", quoted(strings.Repeat("g", 65)), "422 invalid /groupId"),
		create.badMember("groupId", "of nobody", quoted(unique("nobody")), "404 not_found"),
		create.badMember("groupId", "of another", quoted(g.otherGroup), "404 not_found"),
	}
}
