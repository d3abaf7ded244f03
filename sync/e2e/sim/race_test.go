//go:build race

package sim_test

// With the race detector SQLite is twenty times slower, and one thread has no
// races: a few histories, and make prove P=sync plays the rest.
func init() { *seeds = 6 }
