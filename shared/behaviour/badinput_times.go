package behaviour

import (
	"encoding/json"
	"strings"
	"time"
)

// quoted writes a text as JSON.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// badTimes are moments in other spellings than RFC 3339's own, moments that are none, and those that the
// policy does not allow.
func badTimes(g *ground) []badRequest {
	spellings := map[string]string{
		"empty":                       "",
		"a blank":                     " ",
		"a word":                      "tomorrow",
		"now":                         "now",
		"a count of seconds":          "1893456000",
		"a year":                      "2030",
		"a day":                       "2030-01-01",
		"without seconds":             "2030-01-01T00:00Z",
		"without a zone":              "2030-01-01T00:00:00",
		"with a blank for the T":      "2030-01-01 00:00:00Z",
		"with a small t":              "2030-01-01t00:00:00Z",
		"with a small z":              "2030-01-01T00:00:00z",
		"with a comma":                "2030-01-01T00:00:00,5Z",
		"with an empty fraction":      "2030-01-01T00:00:00.Z",
		"finer than a nanosecond":     "2030-01-01T00:00:00.1234567890Z",
		"with a blank before":         " 2030-01-01T00:00:00Z",
		"with a blank after":          "2030-01-01T00:00:00Z ",
		"with a line end after":       "2030-01-01T00:00:00Z\n",
		"with a zero byte after":      "2030-01-01T00:00:00Z\x00",
		"with two zones":              "2030-01-01T00:00:00Z+01:00",
		"with a zone in letters":      "2030-01-01T00:00:00CET",
		"with a zone without colon":   "2030-01-01T00:00:00+0530",
		"with a zone of hours":        "2030-01-01T00:00:00+05",
		"with a zone of a day":        "2030-01-01T00:00:00+24:00",
		"with a zone of sixty":        "2030-01-01T00:00:00+05:60",
		"with a zone of seconds":      "2030-01-01T00:00:00+05:30:15",
		"with another minus":          "2030−01−01T00:00:00Z",
		"with other digits":           "٢٠٣٠-01-01T00:00:00Z",
		"with wide digits":            "２０３０-01-01T00:00:00Z",
		"without leading zeros":       "2030-1-1T0:0:0Z",
		"without separators":          "20300101T000000Z",
		"a day of a week":             "2030-W01-1T00:00:00Z",
		"a day of a year":             "2030-001T00:00:00Z",
		"as HTTP has it":              "Tue, 01 Jan 2030 00:00:00 GMT",
		"a span":                      "2030-01-01T00:00:00Z/P1D",
		"a duration":                  "P90D",
		"a duration in Go":            "720h",
		"a leap second":               "2016-12-31T23:59:60Z",
		"a leap second to come":       "2030-06-30T23:59:60Z",
		"the hour 24":                 "2030-01-01T24:00:00Z",
		"the minute 60":               "2030-01-01T00:60:00Z",
		"the second 61":               "2030-01-01T00:00:61Z",
		"the 30th of February":        "2030-02-30T00:00:00Z",
		"the 29th of a short one":     "2023-02-29T00:00:00Z",
		"the 31st of April":           "2030-04-31T00:00:00Z",
		"the month 13":                "2030-13-01T00:00:00Z",
		"the month 0":                 "2030-00-01T00:00:00Z",
		"the day 0":                   "2030-01-00T00:00:00Z",
		"the year 0":                  "0000-01-01T00:00:00Z",
		"the year 1":                  "0001-01-01T00:00:00Z",
		"the year 10000":              "10000-01-01T00:00:00Z",
		"the year 10000 in another":   "9999-12-31T23:59:59-01:00",
		"before 1970":                 "1969-12-31T23:59:59Z",
		"before 1970 in another zone": "1970-01-01T00:30:00+01:00",
		"of a year below zero":        "-0001-01-01T00:00:00Z",
		"of a year with a plus":       "+2030-01-01T00:00:00Z",
		"of ten thousand digits":      strings.Repeat("2", 10000),
	}
	// The same day as the policy would have it, so that nothing but the spelling is at fault.
	soon := time.Now().UTC().AddDate(0, 1, 0)
	ahead := strings.NewReplacer("2030-01-01", soon.Format(time.DateOnly), "20300101", soon.Format("20060102"), "2030-1-1",
		soon.Format("2006-1-2"), "2030", soon.Format("2006"))
	past := strings.NewReplacer("2030", "2020")
	var table []badRequest
	create, patch := g.form("create"), g.form("patch")
	for what, text := range spellings {
		table = append(table,
			create.badMember("expiresAt", what, quoted(ahead.Replace(text)), "422 invalid /expiresAt"),
			create.badMember("notBefore", what, quoted(past.Replace(text)), "422 invalid /notBefore"),
			patch.badMember("expiresAt", what, quoted(ahead.Replace(text)), "422 invalid /expiresAt"))
	}
	for what, text := range map[string]string{
		"past":                           "2020-01-01T00:00:00Z",
		"at the beginning of time":       "1970-01-01T00:00:00Z",
		"beyond the policy":              "2999-01-01T00:00:00Z",
		"at the end of the calendar":     "9999-12-31T23:59:59.999999999Z",
		"beyond what 32 bits of seconds": "2106-02-07T06:28:16Z",
	} {
		table = append(table,
			create.badMember("expiresAt", what, quoted(text), "422 invalid /expiresAt"),
			patch.badMember("expiresAt", what, quoted(text), "422 invalid /expiresAt"))
	}
	table = append(table, create.badMember("notBefore", "beyond the expiry", `"2999-01-01T00:00:00Z"`, "422 invalid /notBefore"))
	for _, member := range []string{"expiresInDays", "expiresIn"} {
		for what, value := range map[string]string{
			"0": "0", "-0": "-0", "-1": "-1", "over a century": "4000000000", "the most of 64 bits": "9223372036854775807",
			"the least of 64 bits": "-9223372036854775808", "what overflows as nanoseconds": "9223372037",
		} {
			table = append(table, create.badMember(member, what, value, "422 invalid /"+member))
		}
	}
	table = append(table, create.badMember("expiresInDays", "over the policy by a day", "367", "422 invalid /expiresAt"),
		create.badMember("expiresIn", "over the policy by a second", "31622401", "422 invalid /expiresAt"))
	for name, two := range map[string]string{
		"days and seconds":   `"expiresInDays":1,"expiresIn":1`,
		"a time and days":    `"expiresAt":"2030-01-01T00:00:00Z","expiresInDays":1`,
		"a time and seconds": `"expiresAt":"2030-01-01T00:00:00Z","expiresIn":1`,
		"never and days":     `"expiresAt":null,"expiresInDays":1`,
		"all three":          `"expiresAt":null,"expiresInDays":1,"expiresIn":1`,
	} {
		table = append(table, create.bad("the end as "+name, "{"+create.inner()+two+"}", "422 invalid /expiresAt"))
	}
	return sorted(table)
}
