package door

// Unmarshal is for the fuzz test.
var Unmarshal = unmarshal

// CacheMost is how many tokens are remembered.
const CacheMost = cacheMost

// Remembered is how many places tries are remembered of.
func (d *Door) Remembered() int {
	d.tries.mu.Lock()
	defer d.tries.mu.Unlock()
	return len(d.tries.m)
}
