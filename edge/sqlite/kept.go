package sqlite

import (
	"context"
	"sync"
)

// kept is what Latest read last, by key. A value is used until a closure forgets its
// key, and none is kept that was read while such a closure was on its way.
type kept struct {
	mu      sync.Mutex
	values  map[string]any
	writing map[string]int // closures that forgot the key and are not committed or gone yet
	round   int            // of forgetting
}

// forget is called by the writer, in the transaction that changes what a key is of.
func (k *kept) forget(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.writing == nil {
		k.writing = map[string]int{}
	}
	k.writing[key]++
	k.round++
	delete(k.values, key)
}

// settle is called when that transaction has ended, one way or the other.
func (k *kept) settle(keys []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range keys {
		k.writing[key]--
		k.round++
	}
}

// drop forgets everything: a writer that was opened anew may find a commit of which
// nobody knew.
func (k *kept) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.round++
	clear(k.values)
}

func (k *kept) get(key string) (v any, round int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.values[key], k.round
}

func (k *kept) put(key string, v any, round int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.round != round || k.writing[key] > 0 {
		return
	}
	if k.values == nil {
		k.values = map[string]any{}
	}
	k.values[key] = v
}

// Latest reads something that seldom changes, once until a closure forgets its key
// ([Tx.Forget]). It belongs to no snapshot: whoever reads more beside it takes View.
func Latest[T any](ctx context.Context, db *DB, key string, read func(*Snapshot) (T, error)) (v T, err error) {
	known, round := db.kept.get(key)
	if v, ok := known.(T); ok {
		return v, nil
	}
	if err := db.View(ctx, func(q *Snapshot) (err error) { v, err = read(q); return err }); err != nil {
		return v, err
	}
	db.kept.put(key, v, round)
	return v, nil
}
