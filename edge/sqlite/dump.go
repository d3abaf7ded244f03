package sqlite

import (
	"fmt"
	"strings"
)

// Dump writes every row of a table, in the order of its key: two databases that
// hold the same dump the same.
func Dump(q Queryer, table string) (string, error) {
	var columns []string
	if err := Each(q, "SELECT name FROM pragma_table_info(?) ORDER BY cid", []any{table}, func(scan Scan) error {
		var c string
		err := scan(&c)
		columns = append(columns, c)
		return err
	}); err != nil {
		return "", err
	}
	if len(columns) == 0 {
		return "", fmt.Errorf("there is no table %q", table)
	}
	quoted := `"` + strings.Join(columns, `", "`) + `"`
	var b strings.Builder
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	err := Each(q, `SELECT `+quoted+` FROM "`+table+`" ORDER BY `+quoted, nil, func(scan Scan) error {
		if err := scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if raw, ok := v.([]byte); ok {
				v = fmt.Sprintf("x'%x'", raw)
			}
			fmt.Fprintf(&b, "%s=%v ", columns[i], v)
		}
		b.WriteByte('\n')
		return nil
	})
	return b.String(), err
}
