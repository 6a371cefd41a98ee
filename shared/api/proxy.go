package api

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// At gives requests to the host of the public address its scheme: who set that address knows what ends TLS in front. An
// address that is not set, "", changes nothing.
func At(publicURL string, next http.Handler) http.Handler {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Host, u.Host) {
			r.URL.Scheme = u.Scheme
		}
		next.ServeHTTP(w, r)
	})
}

// BehindProxies makes the peer of a request that comes from a trusted proxy the last address in
// X-Forwarded-For that is not one itself, and its scheme the one in X-Forwarded-Proto. From others, these mean nothing.
func BehindProxies(trusted []netip.Prefix, next http.Handler) http.Handler {
	isTrusted := func(ip netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap().WithZone("")) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme = "" // which a client can write into the request line
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !isTrusted(peer.Addr()) {
			next.ServeHTTP(w, r)
			return
		}
		// Of several proxies, the first one met the client.
		proto, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
		if proto = strings.ToLower(strings.TrimSpace(proto)); proto == "http" || proto == "https" {
			r.URL.Scheme = proto
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			ip, err := netip.ParseAddr(strings.TrimSpace(hop))
			if err != nil { // what a proxy of ours did not write proves nothing: keep the last that is known
				break
			}
			r.RemoteAddr = net.JoinHostPort(ip.Unmap().WithZone("").String(), "0")
			if !isTrusted(ip) {
				break
			}
		}
		next.ServeHTTP(w, r)
	})
}
