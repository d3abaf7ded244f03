package mdns

import (
	"net"
	"net/netip"
	"slices"
)

// Networks looks at the interfaces of the machine that stand in a private network
// and can speak to everybody there. only leaves all addresses out but one, where it
// is valid.
func Networks(only netip.Addr) func() ([]Place, error) {
	return look(only, func(f net.Flags) bool { return f&net.FlagLoopback == 0 && f&net.FlagMulticast != 0 },
		func(a netip.Addr) bool { return a.IsPrivate() || a.IsLinkLocalUnicast() })
}

// Loopback looks at the loopback interface and at nothing else: for a box that only
// its own machine may reach, and for tests.
func Loopback() func() ([]Place, error) {
	return look(netip.Addr{}, func(f net.Flags) bool { return f&net.FlagLoopback != 0 }, netip.Addr.IsLoopback)
}

func look(only netip.Addr, interfaces func(net.Flags) bool, addresses func(netip.Addr) bool) func() ([]Place, error) {
	return func() (places []Place, err error) {
		all, err := net.Interfaces()
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			if i.Flags&net.FlagUp == 0 || !interfaces(i.Flags) {
				continue
			}
			at, err := i.Addrs()
			if err != nil {
				continue // it went away meanwhile
			}
			p := Place{Index: i.Index}
			for _, a := range at {
				n, err := netip.ParsePrefix(a.String())
				if err == nil && n.Addr().Is4() && addresses(n.Addr()) && (!only.IsValid() || n.Addr() == only) {
					p.At = append(p.At, n)
				}
			}
			slices.SortFunc(p.At, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
			if len(p.At) > 0 {
				places = append(places, p)
			}
		}
		return places, nil
	}
}
