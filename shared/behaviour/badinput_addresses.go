package behaviour

import "strings"

// badAddresses are no addresses and no networks.
func badAddresses(g *ground) []badRequest {
	var table []badRequest
	create, patch, verify := g.form("create"), g.form("patch"), g.form("verify")
	neither := map[string]string{
		"empty":                      "",
		"a blank":                    " ",
		"a name":                     "localhost",
		"a name of a site":           "example.com",
		"a star":                     "*",
		"three numbers":              "192.0.2",
		"a number over 255":          "192.0.2.256",
		"leading zeros":              "192.000.002.001",
		"a hexadecimal number":       "0x7f.0.0.1",
		"one number":                 "3221225985",
		"a blank before":             " 192.0.2.1",
		"a blank after":              "192.0.2.1 ",
		"a line end after":           "192.0.2.1\n",
		"a zero byte after":          "192.0.2.1\x00",
		"brackets":                   "[2001:db8::1]",
		"a port":                     "192.0.2.1:443",
		"three colons":               "2001:db8:::1",
		"nine groups":                "1:2:3:4:5:6:7:8:9",
		"five digits":                "2001:db8::12345",
		"a zone":                     "fe80::1%eth0",
		"a zone on IPv4 within IPv6": "::ffff:192.0.2.1%1",
		"an empty zone":              "fe80::1%",
		"wide digits":                "１９２.0.2.1",
		"a list":                     "192.0.2.1,192.0.2.2",
		"a range":                    "192.0.2.1-192.0.2.9",
		"a URL":                      "http://192.0.2.1/",
	}
	networks := map[string]string{
		"host bits":         "192.0.2.1/24",
		"host bits of IPv6": "2001:db8::1/32",
		"33 bits":           "192.0.2.0/33",
		"129 bits":          "2001:db8::/129",
		"minus one bit":     "192.0.2.0/-1",
		"a plus":            "192.0.2.0/+24",
		"a leading zero":    "192.0.2.0/024",
		"no bits":           "192.0.2.0/",
		"a mask":            "192.0.2.0/255.255.255.0",
		"two slashes":       "192.0.2.0/24/24",
		"a zone":            "fe80::%eth0/64",
		"IPv4 within IPv6":  "::ffff:192.0.2.0/120",
		"bits alone":        "/24",
		"an exponent":       "10.0.0.0/1e1",
	}
	for what, text := range neither {
		value := "[" + quoted(text) + "]"
		table = append(table,
			create.badMember("allowedIps", "with "+what, value, "422 invalid /allowedIps/0"),
			patch.badMember("allowedIps", "with "+what, value, "422 invalid /allowedIps/0"),
			verify.badMember("ip", "with "+what, quoted(text), "422 invalid /ip"))
	}
	for what, text := range networks {
		table = append(table,
			create.badMember("allowedIps", "a network with "+what, `["192.0.2.1",`+quoted(text)+"]", "422 invalid /allowedIps/1"),
			patch.badMember("allowedIps", "a network with "+what, `["192.0.2.1",`+quoted(text)+"]", "422 invalid /allowedIps/1"),
			verify.badMember("ip", "a network with "+what, quoted(text), "422 invalid /ip"))
	}
	many := "[" + strings.Repeat(`"192.0.2.1",`, 32) + `"192.0.2.1"]`
	return append(sorted(table),
		create.badMember("allowedIps", "33 of them", many, "422 invalid /allowedIps"),
		patch.badMember("allowedIps", "33 of them", many, "422 invalid /allowedIps"),
		verify.badMember("ip", "a whole network", `"192.0.2.0/32"`, "422 invalid /ip"))
}
