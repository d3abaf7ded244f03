package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
)

type problem struct {
	Status              int
	Detail, Error, Code string
	Errors              []struct{ Location string }
}

func refused(t *testing.T, a boxtest.Answer) (p problem) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a refusal is %q: %s", got, a.Body)
	}
	a.JSON(t, &p)
	if p.Status != a.Status || p.Detail == "" || p.Error != p.Detail || p.Code == "" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	return p
}

func TestWhatNoRouteTakesIsAProblemToo(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for _, path := range []string{"/nope", "/api/v1", "/api/v1/orders/", "/API/v1/orders"} {
		if a := h.Do("GET", path, ""); a.Status != http.StatusNotFound || refused(t, a).Code != "no_such_address" {
			t.Errorf("GET %s: %d", path, a.Status)
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "FOO"} {
		a := h.Do(method, "/api/v1/orders", "")
		if a.Status != http.StatusMethodNotAllowed || refused(t, a).Code != "method_not_allowed" || a.Header.Get("Allow") != "GET, POST" {
			t.Errorf("%s: %d %v", method, a.Status, a.Header)
		}
	}
}

func TestAProbeMayAskWithHEAD(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	for _, path := range []string{"/health", "/ready", "/"} {
		if a := h.Do("HEAD", path, "", "Authorization", ""); a.Status != http.StatusOK || len(a.Body) > 0 {
			t.Errorf("HEAD %s: %d %q", path, a.Status, a.Body)
		}
	}
	if a := h.Do("HEAD", "/api/v1/orders", ""); a.Status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD of what needs proof: %d", a.Status)
	}
}

func TestABodyIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	with := func(old, new string) string { return strings.Replace(anOrder, old, new, 1) }
	for name, body := range map[string]string{
		"a whole number written as 2.0": with(`"quantity":1`, `"quantity":2.0`),
		"a whole number written as 2e0": with(`"quantity":1`, `"quantity":2e0`),
		"a table that is null":          with(`"items"`, `"tableNumber":null,"items"`),
		"a table written as 5.0":        with(`"items"`, `"tableNumber":5.0,"items"`),
		"a guest that is null":          with(`"items"`, `"customerId":null,"items"`),
		"a byte order mark":             "\ufeff" + anOrder,
	} {
		if a := h.Do("POST", "/api/v1/orders", body); a.Status != http.StatusCreated {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := h.Do("POST", "/api/v1/orders", anOrder, "Content-Type", "Application/JSON; charset=UTF-8"); a.Status != http.StatusCreated {
		t.Errorf("a media type in capitals: %d %s", a.Status, a.Body)
	}
}

func TestARefusalNamesThePlaceAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	with := func(old, new string) string { return strings.Replace(anOrder, old, new, 1) }
	for name, c := range map[string]struct {
		body, header, value string
		status              int
		says                string
	}{
		"a number beyond all bounds":    {body: with(`"quantity":1`, `"quantity":1e400`), status: 422, says: "items[0].quantity"},
		"half a dish":                   {body: with(`"quantity":1`, `"quantity":1.5`), status: 422, says: "items[0].quantity"},
		"a table below zero":            {body: with(`"items"`, `"tableNumber":-1,"items"`), status: 422, says: "whole number from 0"},
		"a table with a long name":      {body: with(`"items"`, `"tableNumber":"12345678901234567","items"`), status: 422, says: "1 to 16 characters"},
		"a table of nothing to see":     {body: with(`"items"`, `"tableNumber":"\u200b","items"`), status: 422, says: "1 to 16 characters"},
		"a note of nothing to see":      {body: with(`"quantity":1`, `"quantity":1,"modifications":["\u202e"]`), status: 422, says: "items[0].modifications[0] is empty"},
		"a restaurant without dashes":   {body: with(boxtest.Restaurant, strings.ReplaceAll(boxtest.Restaurant, "-", "")), status: 422, says: "restaurantId"},
		"no JSON":                       {body: with("]}", "],}"), status: 400, says: "at byte"},
		"a packed body":                 {body: anOrder, header: "Content-Encoding", value: "gzip", status: 415, says: "without Content-Encoding"},
		"a body that is no order's":     {body: anOrder + strings.Repeat(" ", 2<<20), status: 413, says: "too large"},
		"a body of another kind":        {body: anOrder, header: "Content-Type", value: "text/plain", status: 415, says: "text/plain"},
		"a key longer than a key is":    {body: anOrder, header: "Idempotency-Key", value: strings.Repeat("k", 201), status: 422, says: "Idempotency-Key"},
		"a wish that nobody understand": {body: with(`"items"`, `"price":1,"items"`), status: 422, says: "price"},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.Do("POST", "/api/v1/orders", c.body, "X-Test", "1", or(c.header, "X-Test"), or(c.value, "1"))
			if p := refused(t, a); a.Status != c.status || !strings.Contains(p.Detail, c.says) || strings.Contains(p.Detail, "Go ") {
				t.Errorf("%d %s, want %d and %q", a.Status, p.Detail, c.status, c.says)
			}
		})
	}
	var page struct{ Orders []json.RawMessage }
	h.Do("GET", "/api/v1/orders", "").JSON(t, &page)
	if len(page.Orders) > 0 {
		t.Errorf("%d of it was ordered", len(page.Orders))
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func TestOnlyADocumentMayBeLarge(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	menu := boxtest.Menu + strings.Repeat(" ", 2<<20)
	if a := h.Do("PUT", "/api/v1/menu/document", menu); a.Status != http.StatusOK {
		t.Fatalf("a menu of 2 MiB: %d %s", a.Status, a.Body)
	}
	if a := h.Do("GET", "/api/v1/menu/document", ""); string(a.Body) != menu || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("it comes back as %d bytes of %s, not byte for byte", len(a.Body), a.Header.Get("Content-Type"))
	}
	venue := "\n " + string(boxtest.Venue(h.Hot.URL(), h.Cold.URL()))
	h.Do("PUT", "/api/v1/venue", venue)
	if a := h.Do("GET", "/api/v1/venue", ""); string(a.Body) != venue {
		t.Errorf("the venue comes back as %s", a.Body)
	}
}

func TestThePageOfAListThatIsTheLastSaysSo(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	since := time.Now().Add(-time.Hour).In(time.FixedZone("", 3600)).Format(time.RFC3339)
	for range 4 {
		h.Do("POST", "/api/v1/orders", anOrder)
	}
	seen, cursor := map[string]bool{}, ""
	for n := range 2 {
		var page struct {
			Orders []struct{ OrderID string }
			Cursor string
		}
		a := h.Do("GET", fmt.Sprintf("/api/v1/orders?limit=2&since=%s&cursor=%s", since, cursor), "") // the + of the zone is not escaped
		a.JSON(t, &page)
		if len(page.Orders) != 2 || (page.Cursor == "") != (n == 1) {
			t.Fatalf("page %d: %s", n, a.Body)
		}
		for _, o := range page.Orders {
			seen[o.OrderID] = true
		}
		cursor = page.Cursor
	}
	if len(seen) != 4 {
		t.Errorf("%d of 4 orders", len(seen))
	}
}
