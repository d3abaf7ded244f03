package cert

import "crypto/ecdsa"

// Key is the authority's key, for tests that play its thief.
func (a *Authority) Key() *ecdsa.PrivateKey { return a.key }
