package webhook

import (
	"fmt"
	"net/netip"
	"syscall"
)

// privateError is an address that nothing is sent to. It does not tell where a name led.
type privateError struct{ kind string }

func (e privateError) Error() string {
	return "its address is " + e.kind + ", and LATCHKEY_WEBHOOK_ALLOW_PRIVATE is not true"
}

// notPublic are the networks that are not the public's (IANA's registries of special-purpose addresses), or that are and
// answer differently to whoever asks from within a cloud.
var notPublic = []struct {
	network netip.Prefix
	kind    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "this machine's own"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared behind a carrier's NAT"}, // 100.100.100.200 too, Alibaba's metadata
	{netip.MustParsePrefix("127.0.0.0/8"), "this machine's own"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"}, // 169.254.169.254 too, most clouds' metadata
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("168.63.129.16/32"), "Azure's own, with metadata"},

	{netip.MustParsePrefix("2001::/23"), "reserved"}, // Teredo too, which has an IPv4 address within
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation"},
	{netip.MustParsePrefix("2002::/16"), "6to4, with an IPv4 address within"},
	{netip.MustParsePrefix("3fff::/20"), "for documentation"},
}

var (
	// global is all that IPv6 has of public unicast.
	global = netip.MustParsePrefix("2000::/3")
	// translated are IPv4 addresses as a NAT64 takes them (RFC 6052), which may be the only way out.
	translated = netip.MustParsePrefix("64:ff9b::/96")
)

// public refuses an address that the public cannot reach.
func public(ip netip.Addr) error {
	ip = ip.Unmap()
	if translated.Contains(ip) {
		low := ip.As16()
		ip = netip.AddrFrom4([4]byte(low[12:]))
	}
	for _, n := range notPublic {
		if n.network.Contains(ip) {
			return privateError{n.kind}
		}
	}
	if ip.Zone() != "" || !ip.Is4() && !global.Contains(ip) {
		return privateError{"not public"}
	}
	return nil
}

// onlyPublic is a net.Dialer's Control: it sees the address that is about to be dialled, which no later answer of a
// name server can change.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("no address: %w", err)
	}
	return public(to.Addr())
}
