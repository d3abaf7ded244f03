package api

import "github.com/tyngo/tyngo/sync/door"

// Rows are the authorization table.
func Rows() []door.Rule { return table }
