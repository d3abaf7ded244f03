// Command licenses lists every third-party module that the programs contain, with
// its licence, and what is served to browsers.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := list(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// programs are what is shipped.
var programs = []string{"./edge", "./cloud", "./drivers/printer/cmd/printersim", "./packaging/demo"}

type module struct{ Path, Version, Dir string }

func list(w io.Writer) error {
	var stderr bytes.Buffer
	c := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, programs...)...)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("go list: %w\n%s", err, stderr.String())
	}
	found := map[string]module{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if p.Module != nil && p.Module.Version != "" {
			found[p.Module.Path] = *p.Module
		}
	}
	names := make([]string, 0, len(found))
	for n := range found {
		names = append(names, n)
	}
	slices.Sort(names)
	unknown := 0
	for _, n := range names {
		licence, err := licenceOf(found[n].Dir)
		if err != nil {
			return err
		}
		if licence == "" {
			unknown++
			licence = "UNKNOWN"
		}
		fmt.Fprintf(w, "%-55s %-40s %s\n", n, found[n].Version, licence)
	}
	vendored, err := os.ReadFile("sync/ui/lib/VERSIONS")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nServed to browsers (sync/ui/lib/VERSIONS):\n%s", vendored)
	if unknown > 0 {
		return fmt.Errorf("%d modules whose licence is not known", unknown)
	}
	return nil
}

// marks are words by which a licence is known, the longest text first.
var marks = []struct{ name, text string }{
	{"Apache-2.0", "Apache License"}, {"MPL-2.0", "Mozilla Public License"}, {"EPL-2.0 or BSD-3-Clause", "Eclipse Public License"}, {"ISC", "ISC License"},
	{"BSD-3-Clause", "Neither the name"}, {"BSD-3-Clause", "may be used to endorse or promote"}, {"BSD-2-Clause", "Redistributions in binary form"},
	{"MIT", "Permission is hereby granted, free of charge"}, {"ISC", "Permission to use, copy, modify, and/or distribute"},
}

// licenceOf names the licence of a module by its files.
func licenceOf(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "COPYING") {
			continue
		}
		text, err := flat(filepath.Join(dir, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		for _, m := range marks {
			if strings.Contains(text, m.text) {
				return m.name, nil
			}
		}
	}
	return "", nil
}

// flat is a text with single blanks.
func flat(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	for in := bufio.NewScanner(f); in.Scan(); {
		b.WriteString(strings.Join(strings.Fields(in.Text()), " ") + " ")
	}
	return b.String(), nil
}
