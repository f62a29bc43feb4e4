//go:build unix

package harness_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/api"
	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/broker"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
	"hotspot/internal/testkit/durabletest"
)

// child is what a re-run of this binary is to do.
type child struct {
	Role      string // producer, consumer, api or broker
	Broker    string // its address
	Topic     string
	Input     string        // of the producer
	SleepMax  time.Duration // of the producer
	Dir       string        // of batches and models, or of the broker's data
	BatchBy   batch.By
	BatchSize int
	Batches   int
	K         int    // clusters, 0 for 3
	Listen    string // of the api
	Point     string // where to kill itself, "" for nowhere
	Times     int    // at which passing of Point, from 1
	FileLimit uint64 // bytes that a file may have (RLIMIT_FSIZE), 0 for any
	Metrics   string // where the consumer serves /readyz
}

const childVariable = "HARNESS_CHILD"

func TestMain(m *testing.M) {
	if spec := os.Getenv(childVariable); spec != "" {
		var c child
		if err := json.Unmarshal([]byte(spec), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		fmt.Println("started") // from here on SIGTERM is a request
		err := c.run(ctx)
		stop()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hook kills this process, as kill -9 does, at the point that was asked for.
func (c child) hook() func(string) {
	if c.Point == "" {
		return nil
	}
	var passed atomic.Int64
	return func(point string) {
		if point != c.Point || passed.Add(1) < int64(c.Times) {
			return
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (c child) kafka() stream.Config {
	return stream.Config{Brokers: []string{c.Broker}, Topic: c.Topic}
}

func (c child) consumer() consumer.Config {
	cfg := consumer.Config{Kafka: c.kafka(), Dir: c.Dir, FS: durabletest.Unsynced, MetricsListen: c.Metrics}
	if cfg.Hook = c.hook(); cfg.Hook != nil {
		cfg.FS = durabletest.Points(cfg.FS, cfg.Hook)
	}
	cfg.BatchBy, cfg.Batches, cfg.K, cfg.Restarts = c.BatchBy, c.Batches, model.K(cmp.Or(c.K, 3)), 1
	if !c.BatchBy.Calendar() {
		cfg.BatchSize = c.BatchSize
	}
	return cfg
}

func (c child) producer() producer.Config {
	cfg := producer.Config{Kafka: c.kafka(), Hook: c.hook()}
	cfg.Input, cfg.SleepMax = c.Input, c.SleepMax
	return cfg
}

func (c child) run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.FileLimit > 0 {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: c.FileLimit, Max: c.FileLimit}); err != nil {
			return err
		}
	}
	switch c.Role {
	case "producer":
		_, err := producer.Run(ctx, log, c.producer())
		return err
	case "consumer":
		return consumer.Run(ctx, log, c.consumer())
	case "api":
		cfg := api.Config{Dir: c.Dir}
		cfg.Listen = c.Listen
		return api.Run(ctx, log, cfg)
	case "broker":
		b, err := broker.Start(broker.Config{Listen: c.Broker, Data: c.Dir})
		if err != nil {
			return err
		}
		<-ctx.Done()
		return b.Close()
	}
	return errors.New("no such role: " + c.Role)
}

// process is a child that was started.
type process struct {
	t    testing.TB
	spec child
	cmd  *exec.Cmd
	err  bytes.Buffer
	up   chan struct{} // closed when the child listens to signals
	done chan struct{}
}

func start(t testing.TB, c child) *process {
	t.Helper()
	spec, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, spec: c, cmd: exec.Command(os.Args[0]), up: make(chan struct{}), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(spec))
	p.cmd.Stderr = &p.err
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.SysProcAttr = diesWithParent()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		io.ReadAtLeast(out, make([]byte, 1), 1)
		close(p.up)
		io.Copy(io.Discard, out)
		p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill is kill -9. A child that the race detector has spoken in fails the
// test.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.done
	if said := p.err.String(); strings.Contains(said, "DATA RACE") || strings.Contains(said, "panic:") {
		p.t.Errorf("%s said:\n%s", p.spec.Role, said)
	}
}

// ended says whether the child has ended by itself, and how.
func (p *process) ended() (how *os.ProcessState, yes bool) {
	select {
	case <-p.done:
		return p.cmd.ProcessState, true
	default:
		return nil, false
	}
}

// wait returns how the child ended. When it does not, its stacks are shown.
func (p *process) wait() *os.ProcessState {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(testkit.Patience):
		p.cmd.Process.Signal(syscall.SIGQUIT)
		select {
		case <-p.done:
		case <-time.After(5 * time.Second):
			p.kill()
		}
		p.t.Fatalf("%s still ran after %s:\n%s", p.spec.Role, testkit.Patience, p.err.String())
	}
	return p.cmd.ProcessState
}

// finish runs a child that must end well.
func finish(t testing.TB, c child) {
	t.Helper()
	p := start(t, c)
	if s := p.wait(); !s.Success() {
		t.Fatalf("%s: %s\n%s", c.Role, s, p.err.String())
	}
}

// killed says whether a process ended by SIGKILL.
func killed(s *os.ProcessState) bool {
	w, ok := s.Sys().(syscall.WaitStatus)
	return ok && w.Signaled() && w.Signal() == syscall.SIGKILL
}
