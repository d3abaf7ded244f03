package doc

import (
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/tyngo/tyngo/sync/hours"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Venue is the place: what money, clock, stations, printers and tables it has.
type Venue struct {
	Restaurant id.Restaurant `json:"restaurant"`
	Name       string        `json:"name"`
	Currency   string        `json:"currency"`            // ISO 4217
	Zone       string        `json:"zone"`                // IANA, such as America/Chicago
	Locale     string        `json:"locale,omitempty"`    // BCP 47; en-US where none
	DayStart   string        `json:"day_start,omitempty"` // local HH:MM at which a business day begins; 04:00 where none
	Printers   []Printer     `json:"printers,omitempty"`
	Stations   []Station     `json:"stations,omitempty"` // the first is the default
	Sections   []Section     `json:"sections,omitempty"`
}

// Printer is a device that makes paper.
type Printer struct {
	ID   id.Printer `json:"id"`
	Name string     `json:"name"`
	URL  string     `json:"url"` // tcp://host:9100?profile=epson80
}

// Station is a place that makes food.
type Station struct {
	ID       id.Station `json:"id"`
	Name     string     `json:"name"`
	Printer  string     `json:"printer,omitempty"`  // name of a printer; none: no paper
	Fallback string     `json:"fallback,omitempty"` // the printer that takes over
}

// Section is a room with its tables.
type Section struct {
	Name   string  `json:"name"`
	Tables []Table `json:"tables"`
}

// Table is where guests sit.
type Table struct {
	Name  string `json:"name"` // what staff call it: 12, B4
	Seats int    `json:"seats,omitempty"`
}

// Bounds of a venue.
const (
	maxPrinters = 100
	maxStations = 100
	maxTables   = 2_000
	// MaxTableName is the longest name of a table, in characters.
	MaxTableName = 16
)

// ParseVenue reads and checks a venue; every mistake is listed.
func ParseVenue(body []byte) (*Venue, error) {
	var v Venue
	if err := decodeStrict(body, &v, "venue_invalid", "venue"); err != nil {
		return nil, err
	}
	if v.Locale == "" {
		v.Locale = "en-US"
	}
	if v.DayStart == "" {
		v.DayStart = "04:00"
	}
	return &v, v.check().fault("venue_invalid", "venue")
}

var localeForm = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func (v *Venue) check() *mistakes {
	var bad mistakes
	name(&bad, "name", v.Name)
	if v.Restaurant.IsZero() {
		bad.add("restaurant", "is missing; it needs a UUID")
	}
	if cur, err := money.ParseCurrency(v.Currency); err != nil {
		bad.add("currency", "%v", err)
	} else {
		v.Currency = string(cur)
	}
	if _, err := time.LoadLocation(v.Zone); err != nil || v.Zone == "" || v.Zone == "Local" {
		bad.add("zone", "%q is not an IANA time zone such as America/Chicago", v.Zone)
	}
	if !localeForm.MatchString(v.Locale) {
		bad.add("locale", "%q is not a language tag such as en-US", v.Locale)
	}
	if at, err := hours.Parse(v.DayStart); err != nil || at == hours.Midnight {
		bad.add("day_start", "%.20q is no time of the day, such as 04:00", v.DayStart)
	}
	if len(v.Printers) > maxPrinters || len(v.Stations) > maxStations {
		bad.add("stations", "at most %d stations and %d printers are taken", maxStations, maxPrinters)
		return &bad
	}
	v.checkKitchen(&bad)
	v.checkTables(&bad)
	return &bad
}

func (v *Venue) checkKitchen(bad *mistakes) {
	printers, ids := map[string]bool{}, map[id.Printer]bool{}
	for i, p := range v.Printers {
		at := fmt.Sprintf("printers[%d]", i)
		name(bad, at+".name", p.Name)
		if p.ID.IsZero() || ids[p.ID] {
			bad.add(at+".id", "every printer needs a UUID of its own")
		}
		if u, err := url.Parse(p.URL); err != nil || u.Scheme == "" || u.Host == "" {
			bad.add(at+".url", "%q is not an address such as tcp://192.168.1.50:9100", p.URL)
		}
		if printers[Fold(p.Name)] {
			bad.add(at+".name", "%q is there twice", p.Name)
		}
		printers[Fold(p.Name)], ids[p.ID] = true, true
	}
	stations, sids := map[string]bool{}, map[id.Station]bool{}
	for i, s := range v.Stations {
		at := fmt.Sprintf("stations[%d]", i)
		name(bad, at+".name", s.Name)
		if s.ID.IsZero() || sids[s.ID] {
			bad.add(at+".id", "every station needs a UUID of its own")
		}
		for _, p := range []string{s.Printer, s.Fallback} {
			if p != "" && !printers[Fold(p)] {
				bad.add(at, "there is no printer %q", p)
			}
		}
		if stations[Fold(s.Name)] {
			bad.add(at+".name", "%q is there twice", s.Name)
		}
		stations[Fold(s.Name)], sids[s.ID] = true, true
	}
}

func (v *Venue) checkTables(bad *mistakes) {
	tables, n := map[string]bool{}, 0
	for i, s := range v.Sections {
		name(bad, fmt.Sprintf("sections[%d].name", i), s.Name)
		for j, t := range s.Tables {
			at := fmt.Sprintf("sections[%d].tables[%d]", i, j)
			name(bad, at+".name", t.Name)
			if len([]rune(t.Name)) > MaxTableName {
				bad.add(at+".name", "has more than %d characters", MaxTableName)
			}
			if tables[Fold(t.Name)] {
				bad.add(at+".name", "%q is there twice", t.Name)
			}
			if t.Seats < 0 || t.Seats > 999 {
				bad.add(at+".seats", "must be 0 to 999")
			}
			tables[Fold(t.Name)] = true
			n++
		}
	}
	if n > maxTables {
		bad.add("sections", "at most %d tables are taken", maxTables)
	}
}
