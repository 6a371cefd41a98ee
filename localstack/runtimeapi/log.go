package runtimeapi

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Log keeps what is logged; many functions may have it for their Options.Log.
type Log struct {
	Also io.Writer // where it goes besides; nil: nowhere

	mu   sync.Mutex
	text strings.Builder
}

func (l *Log) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Also != nil {
		_, _ = l.Also.Write(lines)
	}
	return l.text.Write(lines)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// lines passes on what is written, in whole lines, so that those of many processes do not mix.
type lines struct {
	mu   sync.Mutex
	to   io.Writer
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	if end := bytes.LastIndexByte(l.rest, '\n') + 1; end > 0 {
		_, _ = l.to.Write(l.rest[:end])
		l.rest = append(l.rest[:0], l.rest[end:]...)
	}
	return len(p), nil
}

// mute drops what is written from now on.
func (l *lines) mute() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = io.Discard
}

// end passes on a last line that was never ended.
func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		_, _ = l.to.Write(append(l.rest, '\n'))
		l.rest = nil
	}
}

// report is what Lambda writes when an invocation is over.
type report struct {
	id     string
	took   time.Duration
	init   time.Duration // 0 but for the first
	memory int           // in MB
	used   int           // in MB; 0 if it could not be seen
	status string        // "", error or timeout
	kind   string        // of the error
}

func (r report) write(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "END RequestId: %s\nREPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB",
		r.id, r.id, milliseconds(r.took), int(math.Ceil(milliseconds(r.took+r.init))), r.memory, r.used)
	if r.init > 0 {
		fmt.Fprintf(&b, "\tInit Duration: %.2f ms", milliseconds(r.init))
	}
	if r.status != "" {
		fmt.Fprintf(&b, "\tStatus: %s", r.status)
	}
	if r.status == "error" {
		fmt.Fprintf(&b, "\tError Type: %s", r.kind)
	}
	_, _ = io.WriteString(w, b.String()+"\n")
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// peakMemory returns the most memory that a process has held so far, in MB, 0 if that cannot be read.
func peakMemory(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kB, _ := strconv.Atoi(fields[0])
	return (kB + 1023) / 1024
}
