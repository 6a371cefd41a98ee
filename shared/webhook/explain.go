package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// explain says why there was no answer, in words of our own: what net/http says has the endpoint's whole address, which may
// hold a secret, and may quote what was answered.
func explain(err error, timeout time.Duration) error {
	if private, ok := errors.AsType[privateError](err); ok {
		return private
	}
	if timedOut, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || ok && timedOut.Timeout() {
		return fmt.Errorf("there was no answer in %s", timeout)
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return fmt.Errorf("it cannot be reached: %w", errno)
	}
	if lookup, ok := errors.AsType[*net.DNSError](err); ok {
		if lookup.IsNotFound {
			return errors.New("its name resolves to no address")
		}
		return errors.New("its name cannot be looked up")
	}
	if isTLS(err) {
		return errors.New("its certificate is not one to trust, or it does not speak TLS")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return errors.New("it closed the connection without an answer")
	}
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	return errors.New("what it answered is not HTTP")
}

func isTLS(err error) bool {
	_, bad := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, name := errors.AsType[x509.HostnameError](err)
	_, root := errors.AsType[x509.UnknownAuthorityError](err)
	return bad || alert || record || name || root || errors.Is(err, http.ErrSchemeMismatch)
}
