// Package pat is Latchkey's dictionary and its rules: what a token is, who may do what with it, what expires
// when, how a secret is made and compared. It knows neither HTTP nor AWS nor any product's wire format.
//
// A request walks inward through rooms, each of which knows the next one and nothing of those behind it:
//
//	template.yaml > functions/<op> > lambdahost > gateway > api > dialect > dialect/<name> > pat > store/<name>
//	(one process:   cmd/latchkey   >                        api > dialect > dialect/<name> > pat > store/bolt)
//
// A newcomer reads this package in this order. Secret is the string that a holder keeps; Prefix, ID and Shape
// say how it is written and where its record lies. Token is that record, Owner whoever it belongs to, Scope
// what it is good for, Policy what the operator decides for all, Product whose API is spoken and what is
// different there. Caller is who asks; only Service.Authenticate makes one. Service has the operations, one file
// each: create, list (and numbered, for pages with numbers, and list_whole, for none), get, reveal, change (patch and
// delete), revoke_secret, verify, authorize, login, session, user. Store is the small contract under them: records and conditions, no rules. Error and its Code are
// the only refusals there are; the dialects turn them into their own words.
//
// Clock and randomness are fields of the Service, filled in by whoever joins the parts.
package pat
