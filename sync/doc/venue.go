package doc

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
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
	Address    *Address      `json:"address,omitempty"`
	Phone      string        `json:"phone,omitempty"`
	Hours      []Time        `json:"hours,omitempty"` // when guests are let in; none: not said
	Taxes      []Tax         `json:"taxes,omitempty"` // several may hold for one line
	Rounding   *Rounding     `json:"rounding,omitempty"`
	Charges    []Charge      `json:"service_charges,omitempty"`
	Limits     []Limit       `json:"limits,omitempty"`   // what may be done without a manager
	TipOuts    []TipOut      `json:"tip_outs,omitempty"` // what servers give of their tips to others
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

// Table is where guests sit. Its place on the plan is in centimetres from the upper
// left corner of its section.
type Table struct {
	Name   string `json:"name"` // what staff call it: 12, B4
	Seats  int    `json:"seats,omitempty"`
	Shape  string `json:"shape,omitempty"` // round, square, rectangle; none: square
	X      int    `json:"x,omitempty"`
	Y      int    `json:"y,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// Address is as it stands on paper.
type Address struct {
	Lines   []string `json:"lines"`
	City    string   `json:"city,omitempty"`
	Region  string   `json:"region,omitempty"`
	Postal  string   `json:"postal_code,omitempty"`
	Country string   `json:"country,omitempty"` // ISO 3166, two letters
}

// Tax is one rate on some of what is sold.
type Tax struct {
	Name      string      `json:"name"`
	Percent   json.Number `json:"percent"`             // exact: 8.875
	Classes   []string    `json:"classes,omitempty"`   // tax classes of the menu; none: all
	Types     []string    `json:"types,omitempty"`     // dine_in, takeaway, delivery, bar_tab; none: all
	Inclusive bool        `json:"inclusive,omitempty"` // the prices hold it
}

// Rounding is how amounts become money.
type Rounding struct {
	Mode     string      `json:"mode,omitempty"`      // half_up, half_even, up, down; none: half_up
	Level    string      `json:"level,omitempty"`     // check, line: where taxes are rounded; none: check
	CashStep json.Number `json:"cash_step,omitempty"` // the smallest coin: 0.05; none: that of the currency
}

// Charge is a service charge.
type Charge struct {
	Name      string      `json:"name"`
	Percent   json.Number `json:"percent"`
	MinCovers int         `json:"min_covers,omitempty"` // of so many guests and more; 0: of all
	Types     []string    `json:"types,omitempty"`      // dine_in, takeaway, delivery, bar_tab; none: all
	TaxClass  string      `json:"tax_class,omitempty"`  // as which it is taxed; none: it is not
}

// OrderTypes are the types of orders.
var OrderTypes = []string{"dine_in", "takeaway", "delivery", "bar_tab"}

// Bounds of a venue.
const (
	maxPrinters = 100
	maxStations = 100
	maxTables   = 2_000
	maxPlan     = 100_000 // centimetres
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
	bad := v.check()
	bad.locate(body)
	return &v, bad.fault("venue_invalid", "venue")
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
	v.checkMoney(&bad)
	v.checkLimits(&bad)
	v.checkTipOuts(&bad)
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
			if t.Shape != "" && t.Shape != "round" && t.Shape != "square" && t.Shape != "rectangle" {
				bad.add(at+".shape", "%.20q is none of: round, square, rectangle", t.Shape)
			}
			if min(t.X, t.Y, t.Width, t.Height) < 0 || max(t.X, t.Y, t.Width, t.Height) > maxPlan {
				bad.add(at, "must be within %d cm", maxPlan)
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

// checkMoney checks what the place adds to prices, and when it is open.
func (v *Venue) checkMoney(bad *mistakes) {
	for i, t := range v.Hours {
		if _, err := t.Window(); err != nil {
			bad.add(fmt.Sprintf("hours[%d]", i), "%v", err)
		}
	}
	types := func(at string, list []string) {
		for i, t := range list {
			if !slices.Contains(OrderTypes, t) {
				bad.add(fmt.Sprintf("%s.types[%d]", at, i), "%.20q is no type of an order: %s", t, strings.Join(OrderTypes, ", "))
			}
		}
	}
	percent := func(at string, n json.Number) {
		if !percentForm.MatchString(n.String()) {
			bad.add(at+".percent", "%.20q is no rate such as 8.875; at most 100, with 5 digits", n)
		}
	}
	if len(v.Taxes) > maxFew || len(v.Charges) > maxFew || len(v.Hours) > maxFew {
		bad.add("taxes", "at most %d taxes, charges and hours are taken", maxFew)
		return
	}
	seen := map[string]bool{}
	for i, t := range v.Taxes {
		at := fmt.Sprintf("taxes[%d]", i)
		name(bad, at+".name", t.Name)
		if seen[t.Name] {
			bad.add(at+".name", "%q is there twice", t.Name)
		}
		seen[t.Name] = true
		percent(at, t.Percent)
		types(at, t.Types)
		for j, c := range t.Classes {
			name(bad, fmt.Sprintf("%s.classes[%d]", at, j), c)
		}
	}
	for i, c := range v.Charges {
		at := fmt.Sprintf("service_charges[%d]", i)
		name(bad, at+".name", c.Name)
		percent(at, c.Percent)
		types(at, c.Types)
		if c.MinCovers < 0 || c.MinCovers > 999 {
			bad.add(at+".min_covers", "must be 0 to 999")
		}
	}
	if r := v.Rounding; r != nil {
		if !slices.Contains([]string{"", "half_up", "half_even", "up", "down"}, r.Mode) {
			bad.add("rounding.mode", "%.20q is none of: half_up, half_even, up, down", r.Mode)
		}
		if r.Level != "" && r.Level != "check" && r.Level != "line" {
			bad.add("rounding.level", "%.20q is none of: check, line", r.Level)
		}
		if r.CashStep != "" {
			if a, err := money.Currency(v.Currency).ParseDecimal(r.CashStep.String()); err != nil || a <= 0 {
				bad.add("rounding.cash_step", "%.20q is no coin of %s", r.CashStep, v.Currency)
			}
		}
	}
	if a := v.Address; a != nil {
		if len(a.Lines) == 0 || len(a.Lines) > 5 {
			bad.add("address.lines", "must have 1 to 5 lines")
		}
		for i, l := range a.Lines {
			name(bad, fmt.Sprintf("address.lines[%d]", i), l)
		}
		if a.Country != "" && !countryForm.MatchString(a.Country) {
			bad.add("address.country", "%.20q is no country such as US", a.Country)
		}
	}
}

var (
	percentForm = regexp.MustCompile(`^(100(\.0{1,5})?|[0-9]{1,2}(\.[0-9]{1,5})?)$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)
