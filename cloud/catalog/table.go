package catalog

import (
	"context"
	"encoding/json"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// MenuTable is the items of the menu in force in a restaurant as a table (CSV), and the
// name of that menu.
func (b *Book) MenuTable(ctx context.Context, c store.Scope, r id.Restaurant) (sum string, table []byte, err error) {
	sum, m, err := b.menu(ctx, c, r)
	if err == nil {
		table, err = m.CSV()
	}
	return sum, table, err
}

// CheckTable says what publishing the items of a table would change, or all that is
// wrong with it.
func (b *Book) CheckTable(ctx context.Context, c store.Scope, r id.Restaurant, table []byte) (Checked, error) {
	_, document, err := b.withTable(ctx, c, r, table)
	if err != nil {
		return Checked{}, err
	}
	return b.Check(ctx, c, r, doc.KindMenu, document)
}

// PublishTable publishes the menu in force with the items of a table. seen is the menu
// that the author of the table saw; nil: whatever is in force. Either way the box refuses
// where it has another one: what is not on the table was taken from this one.
func (b *Book) PublishTable(ctx context.Context, c store.Scope, r id.Restaurant, table []byte, seen *string, by string) ([]store.Directive, error) {
	sum, document, err := b.withTable(ctx, c, r, table)
	switch {
	case err != nil:
		return nil, err
	case seen != nil && *seen != sum:
		return nil, fault.New(fault.Conflict, "changed_meanwhile", "The menu was changed since this table was made. Look at what it would change once more.")
	}
	return b.Publish(ctx, c, r, doc.KindMenu, document, &sum, by)
}

// withTable is the menu in force with the items of a table, and the name of the menu
// without them.
func (b *Book) withTable(ctx context.Context, c store.Scope, r id.Restaurant, table []byte) (sum string, document []byte, err error) {
	sum, m, err := b.menu(ctx, c, r)
	if err != nil {
		return "", nil, err
	}
	if m, err = m.WithCSV(table); err != nil {
		return "", nil, err
	}
	document, err = json.Marshal(m)
	return sum, document, err
}

func (b *Book) menu(ctx context.Context, c store.Scope, r id.Restaurant) (sum string, m *doc.Menu, err error) {
	sum, body, err := b.InForce(ctx, c, r, doc.KindMenu)
	switch {
	case err != nil:
	case sum == "":
		err = fault.New(fault.NotFound, "no_document", "This restaurant has no menu yet. The first one is published whole.")
	default:
		m, err = doc.ParseMenu(body)
	}
	return sum, m, err
}
