package api

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

type clockOut struct{ Body Clock }

func (a *API) clock(ctx context.Context, _ *struct{}) (*clockOut, error) {
	c, err := a.Clock(ctx)
	return &clockOut{c}, err
}

type confirmIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		At string `json:"at,omitempty" maxLength:"40" doc:"The time now, RFC 3339; without it, the machine's own clock is right"`
	}
}

func (a *API) confirmTime(ctx context.Context, in *confirmIn) (*publishedOut, error) {
	var to time.Time
	if in.Body.At != "" {
		var err error
		if to, err = time.Parse(time.RFC3339, in.Body.At); err != nil {
			return nil, fault.New(fault.Invalid, "time_unreadable", "The time is written as 2026-11-25T20:15:00-06:00.").At("body.at", "must be RFC 3339")
		}
	}
	return published(a.Confirm(ctx, in.meta(ctx, "POST /api/v1/clock/confirm", in.RawBody), to))
}
