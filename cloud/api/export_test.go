package api

import "github.com/tyngo/tyngo/sync/door"

// Rows are the authorization tables, as Routers has their routers.
func Rows() [][]door.Rule { return [][]door.Rule{table, boxTable} }
