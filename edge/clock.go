package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/box"
)

type clockCmd struct {
	Status  clockStatus  `cmd:"" default:"withargs" help:"What time the box goes by."`
	Confirm clockConfirm `cmd:"" help:"Say that the clock of this machine is right, or what time it is, where the box is in doubt."`
}

type clockStatus struct{ data }

func (c *clockStatus) Run(s *session) error {
	var now box.ClockStatus
	if err := s.call(c.data, "GET", "/api/v1/clock", nil, &now); err != nil {
		return err
	}
	text := "The box goes by " + told(now.Now) + "."
	if now.Doubt != "" {
		text += fmt.Sprintf("\nThe clock of this machine says %s and is not believed.\nIs it right? Run: tyngo-edge clock confirm. Is it wrong? Add --at and the time.", told(now.Machine))
	}
	return s.Say(now, text)
}

type clockConfirm struct {
	data
	At string `help:"The time now, such as 2026-11-25T20:15:00-06:00; without it, the clock of this machine is right."`
}

// Run ends the doubt: whoever is here sees a clock on a wall.
func (c *clockConfirm) Run(s *session) error {
	body, err := json.Marshal(struct {
		At string `json:"at,omitempty"`
	}{c.At})
	if err != nil {
		return err
	}
	if err := s.call(c.data, "POST", "/api/v1/clock/confirm", body, nil); err != nil {
		return err
	}
	var now box.ClockStatus
	if err := s.call(c.data, "GET", "/api/v1/clock", nil, &now); err != nil {
		return err
	}
	return s.Say(now, "The box goes by "+told(now.Now)+" from now on.")
}

// told is a time for people, on the clock of this machine's zone.
func told(ms int64) string { return time.UnixMilli(ms).Format("Mon 2 Jan 2006, 15:04:05 MST") }
