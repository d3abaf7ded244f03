package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/mqtt"
	"github.com/tyngo/tyngo/sync/wire"
)

// mosquitto is a real one, with the configuration of docs/broker.md.
type mosquitto struct {
	t       testing.TB
	program string
	dir     string // its papers and configuration, for its own user to read
	port    string
	run     *exec.Cmd
}

func newMosquitto(t testing.TB, cloudDir string) *mosquitto {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/mosquitto")
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no mosquitto: apt-get install mosquitto")
		}
		t.Skip("no mosquitto: make test installs it")
	}
	dir, err := os.MkdirTemp("", "tyngo-mosquitto-")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	check(t, os.Chmod(dir, 0o755))
	m := &mosquitto{t: t, program: program, dir: dir}
	_, m.port, _ = net.SplitHostPort(rig.Port("127.0.0.1:0"))
	check(t, rig.Run(t.Context(), nil, bin.Cloud, "--json", "broker", "papers", "--data", cloudDir, m.papers()))
	if os.Geteuid() == 0 { // it drops to its own user
		u, err := user.Lookup("mosquitto")
		check(t, err)
		gid, err := strconv.Atoi(u.Gid)
		check(t, err)
		check(t, errors.Join(os.Chown(m.papers(), 0, gid), os.Chown(filepath.Join(m.papers(), "server.key"), 0, gid), os.Chmod(m.papers(), 0o750|os.ModeSetgid)))
	}
	m.configure()
	return m
}

func (m *mosquitto) papers() string { return filepath.Join(m.dir, "tyngo") }
func (m *mosquitto) url() string    { return "tls://127.0.0.1:" + m.port }
func (m *mosquitto) log() string    { return filepath.Join(m.dir, "log") }

// configure takes the blocks of the page, with paths and port of this machine.
func (m *mosquitto) configure() {
	m.t.Helper()
	page, err := os.ReadFile(filepath.Join(root(), "docs/broker.md"))
	check(m.t, err)
	block := func(name string) string {
		_, rest, ok := strings.Cut(string(page), "```"+name+"\n")
		text, _, closed := strings.Cut(rest, "```")
		if !ok || !closed {
			m.t.Fatalf("docs/broker.md has no block %q", name)
		}
		return text
	}
	acl := filepath.Join(m.dir, "acl")
	conf := strings.NewReplacer("listener 8883", "listener "+m.port+" 127.0.0.1", "/etc/mosquitto/tyngo.acl", acl, "/etc/mosquitto/tyngo", m.papers()).Replace(block("conf"))
	check(m.t, os.WriteFile(acl, []byte(block("acl")), 0o644))
	check(m.t, os.WriteFile(filepath.Join(m.dir, "conf"), []byte(conf+"log_dest stderr\nlog_type all\n"), 0o644))
}

// start starts it, and waits until it listens.
func (m *mosquitto) start() {
	m.t.Helper()
	log, err := os.OpenFile(m.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	check(m.t, err)
	m.t.Cleanup(func() { log.Close() })
	m.run = exec.Command(m.program, "-c", filepath.Join(m.dir, "conf"))
	m.run.Stdout, m.run.Stderr = log, log
	m.run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	check(m.t, m.run.Start())
	check(m.t, os.WriteFile(filepath.Join(m.dir, "pid"), []byte(strconv.Itoa(m.run.Process.Pid)), 0o600))
	m.t.Cleanup(m.kill)
	check(m.t, rig.Within(10*time.Second, func() error {
		c, err := net.Dial("tcp", "127.0.0.1:"+m.port)
		if err != nil {
			return err
		}
		return c.Close()
	}))
}

func (m *mosquitto) kill() {
	if m.run.ProcessState == nil {
		_ = m.run.Process.Kill() // it may be gone
		_ = m.run.Wait()         // killed
	}
}

// as connects with the certificate of a box's data directory.
func (m *mosquitto) as(dir, clientID string, filters ...string) (t *mqtt.Transport, end func()) {
	m.t.Helper()
	home := filepath.Join(dir, "home")
	raw, err := os.ReadFile(filepath.Join(home, "ca.pem"))
	check(m.t, err)
	block, _ := pem.Decode(raw)
	ca, err := x509.ParseCertificate(block.Bytes)
	check(m.t, err)
	own, err := tls.LoadX509KeyPair(filepath.Join(home, "box.pem"), filepath.Join(home, "box.key"))
	check(m.t, err)
	c := mqtt.Config{Broker: m.url(), ClientID: clientID, TLS: join.ClientTLS(join.ByKey(ca), &own, time.Now), Log: slog.New(slog.DiscardHandler)}
	for _, f := range filters {
		c.Topics = append(c.Topics, mqtt.Topic{Filter: f, QoS: 1})
	}
	t = mqtt.New(c)
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = t.Run(ctx) }) // it ends with the context alone
	end = func() { cancel(); run.Wait() }
	m.t.Cleanup(end)
	if e := next(m.t, t); e.Kind != link.Connected {
		m.t.Fatalf("%s does not connect: %v", clientID, e.Err)
	}
	return t, end
}

// next is the next thing that happens on a line.
func next(t testing.TB, l link.Transport) link.Event {
	t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	select {
	case e := <-l.Events():
		return e
	case <-timer.C:
		t.Fatal("nothing happens on the line")
		return link.Event{}
	}
}

// boxOf reads who a box is from its data directory.
func boxOf(t testing.TB, dir string) (box id.Box, boot id.Boot) {
	t.Helper()
	own, err := tls.LoadX509KeyPair(filepath.Join(dir, "home", "box.pem"), filepath.Join(dir, "home", "box.key"))
	check(t, err)
	box, err = id.Parse[id.Box](own.Leaf.Subject.CommonName)
	check(t, err)
	raw, err := os.ReadFile(filepath.Join(dir, "boot.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return box, boot
	}
	check(t, err)
	var b struct{ Boot id.Boot }
	check(t, json.Unmarshal(raw, &b))
	return box, b.Boot
}

// online is whether head office sees a box.
func (r *restaurant) online(box id.Box) error {
	var there struct {
		Boxes []struct {
			Box    string
			Online bool
		}
	}
	if err := r.office.Get(r.ctx, "/api/v1/boxes", &there); err != nil {
		return err
	}
	for _, b := range there.Boxes {
		if b.Box == box.String() && b.Online {
			return nil
		}
	}
	return fmt.Errorf("box %s is not online: %+v", box, there.Boxes)
}

// TestOrdersReachHeadOfficeThroughARealMosquitto: as docs/broker.md says, through a
// kill of the broker under load, with a box among the others that means harm, and
// with one that is shut out.
func TestOrdersReachHeadOfficeThroughARealMosquitto(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := newMosquitto(t, filepath.Join(dir, "cloud"))
	m.start()
	r := startIn(t, dir, "--broker", m.url(), "--broker-papers", m.papers(), "--broker-reload", "kill -HUP $(cat "+filepath.Join(m.dir, "pid")+")")
	victim, boot := boxOf(t, r.box.Dir)

	var load sync.WaitGroup
	load.Go(func() { r.play(4, 0, 300) })
	m.kill()
	m.start()
	load.Wait()
	_, have := r.onBox()
	r.until("head office has what the box has", 60*time.Second, func() error {
		if s, err := r.atOffice(); err != nil || s != have {
			return fmt.Errorf("%+v, box %+v, %w", s, have, err)
		}
		return errors.Join(r.chains(), r.online(victim))
	})

	// The cloud alone is restarted: an idle box, which nobody told, is online again.
	r.cloud.Kill()
	check(t, r.cloud.Again(r.ctx))
	r.until("the idle box is online again", 15*time.Second, func() error { return r.online(victim) })

	// A second restaurant, whose box does what it likes with its good certificate.
	harm := filepath.Join(dir, "harm")
	claim, err := r.cloud.AddRestaurant(r.ctx, "", "Harm")
	check(t, err)
	venue, err := lunch.Venue("", "Harm", r.hot.URL, r.cold.URL)
	check(t, err)
	check(t, rig.SetUp(r.ctx, bin, harm, "Harm", venue, claim))
	own, _ := boxOf(t, harm)
	listener, _ := m.as(harm, victim.String()+"."+boot.String(), "#", "t/v1/+/rollcall")
	r.play(1, 300, 320) // facts and acks of the victim pass by
	_, have = r.onBox()
	r.until("head office has the next orders too", 20*time.Second, func() error {
		if s, err := r.atOffice(); err != nil || s != have {
			return fmt.Errorf("%+v, box %+v, %w", s, have, err)
		}
		return nil
	})
	hello := func(b id.Box, last int64) []byte {
		return wire.Encode(wire.HelloMessage{Box: b, Epoch: 1, Boot: id.New[id.Boot](), Nonce: strings.Repeat("0", 32), Head: last, Schema: [2]int{1, 2}})
	}
	check(t, listener.Send(r.ctx, link.Message{Topic: wire.Topic(own, wire.Hello), Payload: hello(own, 0), QoS: 1}))
	if e := next(t, listener); e.Message.Topic != wire.Topic(own, wire.Ack) {
		t.Errorf("a box that listens to everything heard %+v before the answer to its own HELLO", e)
	}
	gone := wire.Encode(wire.WillMessage{Boot: boot})
	for _, foreign := range []link.Message{
		{Topic: wire.Topic(victim, wire.Will), Payload: gone, QoS: 1},
		{Topic: wire.Topic(victim, wire.Will), Payload: gone, QoS: 0},
		{Topic: wire.Topic(victim, wire.Ack), Payload: wire.Encode(wire.AckMessage{Epoch: 1, Boot: boot, State: wire.Fenced}), QoS: 0},
		{Topic: wire.Topic(victim, wire.Hello), Payload: hello(victim, 1<<20), QoS: 1},
		{Topic: wire.Rollcall(wire.Shard(victim)), QoS: 0},
	} {
		line, done := m.as(harm, victim.String()+"."+boot.String())
		check(t, line.Send(r.ctx, foreign))
		if err := line.Send(r.ctx, link.Message{Topic: wire.Topic(own, wire.Hello), Payload: hello(own, 0), QoS: 1}); !errors.Is(err, link.ErrOffline) {
			check(t, err)
		}
		next(t, line) // the answer to its own, or the end of the line: Mosquitto ends it after a refused QoS 1
		done()
	}
	check(t, r.online(victim))
	if raw, err := os.ReadFile(m.log()); err != nil || bytes.Count(raw, []byte("Client "+victim.String()+" already connected")) > 0 {
		t.Errorf("a box was thrown off the line: %v", err)
	}
	// The same message from the victim's own certificate counts: what went before was no accident.
	check(t, r.box.Stop())
	r.until("the stopped box is dark", 10*time.Second, func() error {
		if r.online(victim) == nil {
			return errors.New("it is online")
		}
		return nil
	})
	line, done := m.as(r.box.Dir, "x")
	check(t, line.Send(r.ctx, link.Message{Topic: wire.Topic(victim, wire.Hello), QoS: 1, Payload: hello(victim, 1<<20)}))
	r.until("its own HELLO is heard", 10*time.Second, func() error { return r.online(victim) })
	done()
	check(t, r.box.Again(r.ctx))
	r.shutOut(victim, venue)
}

// shutOut has another machine take a box's place: the old one's live session ends
// and it does not come back, though it goes on serving.
func (r *restaurant) shutOut(box id.Box, venue []byte) {
	r.t.Helper()
	state := func(want string) func() error {
		return func() error {
			var u struct{ State string }
			if err := r.client.Get(r.ctx, "/api/v1/sync", &u); err != nil || u.State != want {
				return fmt.Errorf("the box is %q: %w", u.State, err)
			}
			return nil
		}
	}
	r.until("the box is online", 20*time.Second, state("online"))
	claim, err := r.cloud.Replace(r.ctx, r.claim.RestaurantID, box.String())
	check(r.t, err)
	check(r.t, rig.SetUp(r.ctx, bin, r.box.Dir+"-new", "Lunch", venue, claim))
	r.until("the old box is off the line", 20*time.Second, state("offline"))
	r.play(1, 320, 321)
	if err := rig.Within(3*time.Second, state("online")); err == nil {
		r.t.Error("a box that was shut out came back")
	}
}
