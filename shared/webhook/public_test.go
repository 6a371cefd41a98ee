package webhook

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	for text, want := range map[string]bool{
		"1.1.1.1": true, "8.8.8.8": true, "172.15.255.255": true, "172.32.0.0": true, "100.63.255.255": true, "100.128.0.0": true,
		"169.253.255.255": true, "192.167.255.255": true, "223.255.255.255": true, "168.63.129.15": true,
		"2606:4700:4700::1111": true, "2a00::1": true, "::ffff:1.1.1.1": true, "64:ff9b::1.1.1.1": true,

		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "172.16.0.1": false,
		"172.31.255.255": false, "192.168.1.1": false, "169.254.169.254": false, "169.254.170.2": false, "100.64.0.1": false,
		"100.100.100.200": false, "100.127.255.255": false, "168.63.129.16": false, "192.0.0.170": false, "192.0.2.1": false,
		"198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false,
		"239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "192.88.99.1": false,
		"::": false, "::1": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "fc00::1": false,
		"fd00:ec2::254": false, "ff02::1": false, "2001:db8::1": false, "2001::1": false, "2002:7f00:1::": false, "3fff::1": false,
		"100::1": false, "64:ff9b:1::1": false, "5f00::1": false, "4000::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::10.0.0.1": false, "64:ff9b::169.254.169.254": false,
	} {
		if err := public(netip.MustParseAddr(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhereANameLeadsDecidesAtTheMomentOfDialling(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, address := range []string{"127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "100.100.100.200", "192.168.0.1", "0.0.0.0", "::",
		"::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1", "fd00:ec2::254", "224.0.0.1"} {
		err := r.client(t, Options{}, address).Send(t.Context(), r.endpoint, message())
		if _, private := errors.AsType[privateError](err); !private || !strings.Contains(err.Error(), "LATCHKEY_WEBHOOK_ALLOW_PRIVATE") {
			t.Errorf("%s: %v", address, err)
		}
		clean(t, err)
	}
	for _, host := range []string{"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0", "127.1.2.3"} {
		to := Endpoint{URL: "https://" + host + ":" + port(r.server.URL) + "/", Key: key()}
		err := r.client(t, Options{}).Send(t.Context(), to, message())
		if _, private := errors.AsType[privateError](err); !private {
			t.Errorf("%s: %v", host, err)
		}
	}
	if asks := r.seen(); len(asks) > 0 {
		t.Errorf("it was reached: %+v", asks)
	}
}

func TestAPrivateAddressIsDialledWhereItIsAllowed(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	if err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(t.Context(), r.endpoint, message()); err != nil || len(r.seen()) != 1 {
		t.Errorf("%v, %d requests", err, len(r.seen()))
	}
}

// What the environment says of proxies would lead around the check.
func TestNoProxyIsAsked(t *testing.T) {
	proxy := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTPS_PROXY", proxy.server.URL)
	t.Setenv("ALL_PROXY", proxy.server.URL)
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	if err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(t.Context(), r.endpoint, message()); err != nil || len(proxy.seen()) > 0 {
		t.Errorf("%v; the proxy saw %+v", err, proxy.seen())
	}
}
