package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/cloud/catalog"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// InRestaurant names a restaurant in the path.
type InRestaurant struct {
	RestaurantID string `path:"restaurantId" format:"uuid"`
}

func (in InRestaurant) id() (id.Restaurant, error) {
	r, err := id.Parse[id.Restaurant](in.RestaurantID)
	if err != nil {
		err = fault.New(fault.Invalid, "restaurant", err.Error())
	}
	return r, err
}

type availabilityIn struct {
	InRestaurant
	Item string `path:"menuItemId" format:"uuid"`
	Body struct {
		Available bool `json:"available" doc:"false: the item is out (86)"`
	}
}

type directivesOut struct {
	Body struct {
		Directives []directiveOut `json:"directives"`
	}
}

type directiveOut struct {
	Directive string          `json:"directive"`
	Box       string          `json:"box"`
	Kind      string          `json:"kind"`
	Made      int64           `json:"made" doc:"UTC milliseconds"`
	Expires   int64           `json:"expiresAt,omitempty" doc:"UTC milliseconds"`
	By        string          `json:"by"`
	Body      json.RawMessage `json:"body"`
	State     string          `json:"state" enum:"waiting,applied,refused,expired"`
	Code      string          `json:"code,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	AnswerSeq int64           `json:"answerSeq,omitempty" doc:"The fact of the box that answered"`
}

func showDirectives(list []store.Directive) *directivesOut {
	out := &directivesOut{}
	out.Body.Directives = []directiveOut{}
	for _, d := range list {
		o := directiveOut{Directive: d.ID.String(), Box: d.Box.String(), Kind: d.Kind, Made: d.Made.UnixMilli(), By: d.Maker, Body: d.Body,
			State: d.Answer, Code: d.Code, Reason: d.Reason, AnswerSeq: d.AnswerSeq}
		if d.Answer == "" {
			o.State = "waiting"
		}
		if !d.Expires.IsZero() {
			o.Expires = d.Expires.UnixMilli()
		}
		out.Body.Directives = append(out.Body.Directives, o)
	}
	return out
}

func (a *API) setAvailability(ctx context.Context, in *availabilityIn) (*directivesOut, error) {
	r, err := in.id()
	if err != nil {
		return nil, err
	}
	item, err := id.Parse[id.Item](in.Item)
	if err != nil {
		return nil, fault.New(fault.Invalid, "item", err.Error())
	}
	list, err := a.Catalog.SetAvailable(ctx, a.scope(ctx), r, item, in.Body.Available, door.Who(ctx).Subject)
	if err != nil {
		return nil, err
	}
	return showDirectives(list), nil
}

// directivesMost is how many are listed.
const directivesMost = 200

func (a *API) directives(ctx context.Context, in *InRestaurant) (*directivesOut, error) {
	r, err := a.known(ctx, *in)
	if err != nil {
		return nil, err
	}
	list, err := a.scope(ctx).Directives(ctx, r, directivesMost)
	if err != nil {
		return nil, err
	}
	return showDirectives(list), nil
}

// known is a restaurant of whoever asks.
func (a *API) known(ctx context.Context, in InRestaurant) (id.Restaurant, error) {
	r, err := in.id()
	if err != nil {
		return r, err
	}
	if _, err = a.scope(ctx).Restaurant(ctx, r); errors.Is(err, store.ErrNone) {
		err = fault.New(fault.NotFound, "restaurant_unknown", "There is no such restaurant in this organisation.")
	}
	return r, err
}

type documentsOut struct {
	Body struct {
		Documents []documentOut `json:"documents"`
	}
}

type documentOut struct {
	Box    string `json:"box"`
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`
	Owner  string `json:"owner"`
	Since  int64  `json:"since" doc:"UTC milliseconds"`
	Here   bool   `json:"here" doc:"false: head office has the fact, and waits for the document"`
}

func (a *API) documents(ctx context.Context, in *InRestaurant) (*documentsOut, error) {
	r, err := a.known(ctx, *in)
	if err != nil {
		return nil, err
	}
	list, err := a.scope(ctx).InForce(ctx, r)
	out := &documentsOut{}
	out.Body.Documents = []documentOut{}
	for _, f := range list {
		out.Body.Documents = append(out.Body.Documents, documentOut{f.Box.String(), f.Kind, f.SHA256, f.Owner, f.At.UnixMilli(), f.Here})
	}
	return out, err
}

// InKind names a restaurant and a kind of document in the path.
type InKind struct {
	InRestaurant
	Kind string `path:"kind" enum:"venue,menu,staff"`
}

// rawOut is a document byte for byte: its name is the hash of its bytes.
type rawOut struct {
	ETag        string `header:"ETag"`
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) document(ctx context.Context, in *InKind) (*rawOut, error) {
	r, err := a.known(ctx, in.InRestaurant)
	if err != nil {
		return nil, err
	}
	sum, body, err := a.Catalog.InForce(ctx, a.scope(ctx), r, in.Kind)
	if err == nil && sum == "" {
		err = fault.Newf(fault.NotFound, "no_document", "This restaurant has no %s yet.", in.Kind)
	}
	return &rawOut{`"` + sum + `"`, "application/json", body}, err
}

// Matching names the document that was edited.
type Matching struct {
	IfMatch string `header:"If-Match" maxLength:"80" doc:"ETag of the document that was edited: where another one is in force meanwhile, it is refused"`
}

// seen is that document; nil where nobody says.
func (in Matching) seen() (*string, error) {
	if in.IfMatch == "" {
		return nil, nil
	}
	sum := strings.Trim(in.IfMatch, `"`)
	if !doc.IsSum(sum) {
		return nil, fault.New(fault.Invalid, "if_match", "If-Match takes the ETag with which the document was read.")
	}
	return &sum, nil
}

type publishIn struct {
	InKind
	Matching
	RawBody []byte
	Body    document
}

// document is any JSON object; the package that owns its kind checks it.
type document struct{}

// UnmarshalJSON leaves the reading to the owner.
func (*document) UnmarshalJSON([]byte) error { return nil }

// Schema says object.
func (document) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

func (a *API) publish(ctx context.Context, in *publishIn) (*directivesOut, error) {
	r, err := in.id()
	if err != nil {
		return nil, err
	}
	seen, err := in.seen()
	if err != nil {
		return nil, err
	}
	list, err := a.Catalog.Publish(ctx, a.scope(ctx), r, in.Kind, append([]byte(nil), in.RawBody...), seen, door.Who(ctx).Subject)
	if err != nil {
		return nil, err
	}
	return showDirectives(list), nil
}

type checkIn struct {
	InKind
	RawBody []byte
	Body    document
}

type checkOut struct {
	Body struct {
		SHA256  string       `json:"sha256" doc:"The name of the document"`
		InForce string       `json:"inForce,omitempty" doc:"The document that it was held against: as If-Match, it is published over no other"`
		Changes []doc.Change `json:"changes" doc:"What publishing it would change, 500 at most"`
	}
}

// check says what a document would change, and publishes nothing.
func (a *API) check(ctx context.Context, in *checkIn) (*checkOut, error) {
	r, err := a.known(ctx, in.InRestaurant)
	if err != nil {
		return nil, err
	}
	return checked(a.Catalog.Check(ctx, a.scope(ctx), r, in.Kind, in.RawBody))
}

func checked(c catalog.Checked, err error) (*checkOut, error) {
	out := &checkOut{}
	out.Body.SHA256, out.Body.InForce, out.Body.Changes = c.SHA256, c.InForce, c.Changes
	if out.Body.Changes == nil {
		out.Body.Changes = []doc.Change{}
	}
	return out, err
}

// boxOf is which box asks; here a certificate must be good today.
func (a *API) boxOf(r *http.Request) (store.Box, string, error) {
	c, err := a.Fleet.Admit(r.Context(), r.TLS, 0)
	sum := chi.URLParam(r, "sha256")
	if err == nil && !doc.IsSum(sum) {
		err = fault.New(fault.Invalid, "document_name", "A document is named by the SHA-256 of its bytes, in lower-case hex.")
	}
	return c.Box, sum, err
}

// documentState says how much of a document is here, so that a box goes on where
// it stopped.
func (a *API) documentState(w http.ResponseWriter, r *http.Request) {
	b, sum, err := a.boxOf(r)
	var d store.Document
	if err == nil {
		err = a.Store.Read(r.Context(), func(t *store.Tx) (err error) { d, err = t.Document(b.Organisation, sum); return err })
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	say(w, http.StatusOK, join.DocumentState{Whole: d.Whole, Have: d.Have, Size: d.Size})
}

func (a *API) piece(w http.ResponseWriter, r *http.Request) {
	b, sum, err := a.boxOf(r)
	var body []byte
	if err == nil {
		n, e := strconv.Atoi(chi.URLParam(r, "piece"))
		if body, err = a.Store.In(b.Organisation).Piece(r.Context(), sum, n); e != nil || errors.Is(err, store.ErrNone) {
			err = fault.New(fault.NotFound, "no_piece", "There is no such piece of a document here.")
		}
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

// putPiece takes the next piece of a document, but only of one that a fact of this
// box names: head office is no store for whatever a box likes.
func (a *API) putPiece(w http.ResponseWriter, r *http.Request) {
	b, sum, err := a.boxOf(r)
	if err == nil {
		err = a.takePiece(r, b, sum)
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *API) takePiece(r *http.Request, b store.Box, sum string) error {
	n, e1 := strconv.Atoi(chi.URLParam(r, "piece"))
	size, e2 := strconv.ParseInt(r.URL.Query().Get("size"), 10, 64)
	if e1 != nil || e2 != nil || n < 0 || size < 1 || size > doc.MaxBytes {
		return fault.Newf(fault.Invalid, "piece", "A piece has a number and the size of its document, at most %d bytes.", doc.MaxBytes)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Wrap(err, fault.TooLarge, "piece_too_large", "A piece is larger than 64 KiB, or was cut short.")
	}
	err = a.Store.Write(r.Context(), func(t *store.Tx) error {
		lacking, err := t.Lacking(b)
		if err != nil {
			return err
		}
		for _, l := range lacking {
			if l == sum {
				return t.PutPiece(b.Organisation, sum, size, n, body, a.Now())
			}
		}
		return fault.New(fault.Conflict, "not_wanted", "Head office does not lack this document.")
	})
	if errors.Is(err, store.ErrBytes) {
		err = errors.Join(fault.New(fault.Invalid, "document_bytes", "The pieces do not come to the document's name. Send it anew."),
			a.Store.Write(r.Context(), func(t *store.Tx) error { return t.DropDocument(b.Organisation, sum) }))
	}
	if err == nil {
		a.Ingest.Lacks(b.ID)
	}
	return err
}
