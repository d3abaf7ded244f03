package box

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/id"
)

// Boot is the file beside the database, never in backups: which incarnation of
// the box this is, this start and the one before, and the head of the journal as
// it was last noted (PROTOCOL.md 5).
type Boot struct {
	Series string  `json:"incarnation"` // a letter: numbers for people are of its series
	Boot   id.Boot `json:"boot"`
	Before id.Boot `json:"boot_before"`
	Head   int64   `json:"head"`
	At     int64   `json:"at"` // UTC ms, the box's time when this was written
}

const bootFile = "boot.json"

// nextBoot begins a start: the boot of last time becomes the one before. A
// journal without the file is a restored one and writes a new series.
func nextBoot(path string, q sqlite.Queryer) (b Boot, err error) {
	var head int64
	var series string
	if err := errors.Join(
		q.QueryRow("SELECT coalesce(max(seq), 0) FROM journal").Scan(&head),
		q.QueryRow("SELECT coalesce(max(series), '') FROM guest_check").Scan(&series)); err != nil {
		return b, fmt.Errorf("read the end of the journal: %w", err)
	}
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		b.Series = nextSeries(series)
	case err != nil:
		return b, fmt.Errorf("read %s: %w", bootFile, err)
	default:
		if err := json.Unmarshal(raw, &b); err != nil || b.Series == "" {
			return b, fmt.Errorf("%s cannot be read: %w", bootFile, errors.Join(err, errors.New("delete it only where the database was restored")))
		}
		if head < b.Head { // the database is older than this file says
			b.Series = nextSeries(max(series, b.Series))
		}
	}
	b.Before, b.Boot, b.Head = b.Boot, id.New[id.Boot](), head
	return b, b.save(path)
}

// nextSeries is A at first, then B, …, Z, ZA, ZB, …
func nextSeries(last string) string {
	if last == "" {
		return "A"
	}
	end := last[len(last)-1]
	if end == 'Z' {
		return last + "A"
	}
	return last[:len(last)-1] + string(end+1)
}

// at is the later of a time and the box's, as it was noted: commands of the machine
// mint tokens by it where the machine's clock is dead.
func at(dir string, now time.Time) time.Time {
	var b Boot
	raw, err := os.ReadFile(filepath.Join(dir, bootFile))
	if err != nil || json.Unmarshal(raw, &b) != nil || time.UnixMilli(b.At).Before(now) {
		return now
	}
	return time.UnixMilli(b.At)
}

func (b Boot) save(path string) error {
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := datadir.Write(path, append(raw, '\n')); err != nil {
		return fmt.Errorf("write %s: %w", bootFile, err)
	}
	return nil
}
