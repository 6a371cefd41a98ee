package runtimeapi

import (
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// environment is one execution environment: a program, and the Runtime API that only it talks to.
type environment struct {
	cmd    *exec.Cmd
	server *http.Server
	api    *api
	output *lines

	exited chan struct{} // closed when the program has ended
	err    error         // how; read after exited
	stop   sync.Once
}

// launch starts the program. What it has to say next is heard by its api.
func launch(o Options) (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	env := &environment{api: newAPI(o), output: &lines{to: o.Log}, exited: make(chan struct{})}
	env.server = &http.Server{Handler: env.api}
	env.cmd = exec.Command(o.Program)
	env.cmd.Dir = filepath.Dir(o.Program)
	env.cmd.Env = o.environ(listener.Addr().String())
	env.cmd.Stdout, env.cmd.Stderr = env.output, env.output
	env.cmd.WaitDelay = grace // whatever the program started may hold its output open
	// The program is a process group of its own, so that a Ctrl-C meant for the host does not end it in mid-request;
	// and it is killed when the host is.
	env.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := env.cmd.Start(); err != nil {
		_ = listener.Close()
		return nil, err
	}
	go func() { _ = env.server.Serve(listener) }()
	go func() {
		env.err = env.cmd.Wait()
		env.output.end()
		close(env.exited)
	}()
	return env, nil
}

// alive reports whether the program still runs.
func (env *environment) alive() bool {
	select {
	case <-env.exited:
		return false
	default:
		return true
	}
}

// kill ends the program and all it started, now, as Lambda does after a time-out.
func (env *environment) kill() {
	if env.alive() {
		_ = syscall.Kill(-env.cmd.Process.Pid, syscall.SIGKILL)
	}
	env.finish()
}

// retire lets the program end by itself, which its coverage needs to be written, by denying it a next invocation;
// and kills it if it does not. What it says of that is of no interest.
func (env *environment) retire() {
	env.output.mute()
	env.api.deny()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-env.exited:
	case <-timer.C:
	}
	env.kill()
}

// finish waits for the program's end and closes its Runtime API.
func (env *environment) finish() {
	<-env.exited
	env.stop.Do(func() {
		env.api.deny()
		_ = env.server.Close()
	})
}
