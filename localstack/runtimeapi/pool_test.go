package runtimeapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"latchkey/localstack/runtimeapi"
)

// gate is a server at which functions wait until the test opens it.
type gate struct {
	*httptest.Server
	came chan struct{}
	pass chan struct{}
	open func()
}

func newGate(t *testing.T) *gate {
	g := &gate{came: make(chan struct{}, 100), pass: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.pass) })
	g.Server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		g.came <- struct{}{}
		<-g.pass
	}))
	t.Cleanup(func() {
		g.open()
		g.Close()
	})
	return g
}

func TestNoMoreEnvironmentsThanAllowedAndTheRestWait(t *testing.T) {
	const most, calls = 3, 12
	w := start(t, func(o *runtimeapi.Options) { o.Concurrency, o.Patience = most, time.Minute })
	g := newGate(t)
	var (
		running sync.WaitGroup
		mu      sync.Mutex
		pids    = map[int]int{}
	)
	for range calls {
		running.Go(func() {
			pid := do[int](t, w, order{Do: "fetch", URL: g.URL})
			mu.Lock()
			defer mu.Unlock()
			pids[pid]++
		})
	}
	for range most {
		<-g.came
	}
	g.open()
	for range calls - most {
		<-g.came
	}
	running.Wait()
	if len(pids) != most || w.Started() != most {
		t.Errorf("%d processes served, %d were started; want %d", len(pids), w.Started(), most)
	}
}

func TestTheMostRecentlyUsedEnvironmentIsTakenFirst(t *testing.T) {
	w := start(t, nil)
	g := newGate(t)
	var held sync.WaitGroup
	var first int
	held.Go(func() { first = do[int](t, w, order{Do: "fetch", URL: g.URL}) })
	<-g.came
	second := do[process](t, w, order{Do: "nothing"})
	g.open()
	held.Wait()
	if first == second.PID {
		t.Fatal("one environment had two invocations at once")
	}
	for range 5 { // the first came back last
		if next := do[process](t, w, order{Do: "nothing"}); next.PID != first {
			t.Errorf("process %d is taken, want %d, the last used", next.PID, first)
		}
	}
	if w.Started() != 2 {
		t.Errorf("%d were started, want 2", w.Started())
	}
}

func TestWhoFindsNoPlaceIsThrottled(t *testing.T) {
	w := start(t, func(o *runtimeapi.Options) { o.Concurrency, o.Queue, o.Patience = 1, 1, time.Minute })
	g := newGate(t)
	var held sync.WaitGroup
	held.Go(func() { do[int](t, w, order{Do: "fetch", URL: g.URL}) })
	<-g.came

	const callers, mayWait = 3, 1
	ended := make(chan error, callers)
	for range callers {
		go func() {
			_, err := w.Invoke(t.Context(), event(t, order{Do: "nothing"}))
			ended <- err
		}()
	}
	for range callers - mayWait {
		if err := <-ended; !errors.Is(err, runtimeapi.ErrThrottled) {
			t.Errorf("%v, want to be throttled", err)
		}
	}
	g.open()
	held.Wait()
	if err := <-ended; err != nil {
		t.Errorf("who waited got %v", err)
	}
}

func TestWhoGivesUpWaitingTakesNoPlaceAlong(t *testing.T) {
	w := start(t, func(o *runtimeapi.Options) { o.Concurrency, o.Queue, o.Patience = 1, 1, time.Minute })
	g := newGate(t)
	var held sync.WaitGroup
	held.Go(func() { do[int](t, w, order{Do: "fetch", URL: g.URL}) })
	<-g.came
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := w.Invoke(soon, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	g.open()
	held.Wait()
	do[process](t, w, order{Do: "nothing"})
}

func TestPatienceEnds(t *testing.T) {
	w := start(t, func(o *runtimeapi.Options) { o.Concurrency, o.Patience = 1, 10*time.Millisecond })
	g := newGate(t)
	var held sync.WaitGroup
	held.Go(func() { do[int](t, w, order{Do: "fetch", URL: g.URL}) })
	<-g.came
	if _, err := w.Invoke(t.Context(), nil); !errors.Is(err, runtimeapi.ErrThrottled) {
		t.Errorf("%v, want to be throttled", err)
	}
	g.open()
	held.Wait()
}

func TestACallThatNobodyWaitsForIsFinished(t *testing.T) {
	w := start(t, func(o *runtimeapi.Options) { o.Concurrency = 1 })
	g := newGate(t)
	ctx, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, err := w.Invoke(ctx, event(t, order{Do: "fetch", URL: g.URL}))
		gaveUp <- err
	}()
	<-g.came
	giveUp()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	g.open()
	do[process](t, w, order{Do: "nothing"}) // in the same environment, once that is free
	if w.Started() != 1 {
		t.Errorf("%d were started: the call was not let finish", w.Started())
	}
}
