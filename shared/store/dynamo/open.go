package dynamo

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
)

// Options says which table, and how long to wait for it.
type Options struct {
	Table string
	Call  time.Duration // bounds one call with all its tries; 0: three seconds
	Log   *slog.Logger  // nil: none
	Rand  io.Reader     // nil: crypto/rand
	AWS   *aws.Config   // nil: the ordinary AWS environment
}

const (
	defaultCall = 3 * time.Second
	// idleConnections is how many are kept for the next calls. A new one costs three round trips.
	idleConnections = 100
)

// Open joins the parts. It does not look at the table: a wrong one is told by the first call.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{table: o.Table, limit: cmp.Or(o.Call, defaultCall), log: o.Log, rand: o.Rand}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	s.http, s.retryer = newHTTP(s.limit/tries), newRetryer()
	cfg, err := o.config(ctx)
	if err != nil {
		return nil, fmt.Errorf("dynamo: open %s: %w", o.Table, err)
	}
	s.region = cfg.Region
	s.client = dynamodb.NewFromConfig(cfg, func(d *dynamodb.Options) {
		d.HTTPClient = s.http
		d.Retryer = s.retryer
		d.RetryMaxAttempts = tries // whatever AWS_MAX_ATTEMPTS says
	})
	return s, nil
}

func (o Options) config(ctx context.Context) (cfg aws.Config, err error) {
	if o.AWS != nil {
		cfg = *o.AWS
	} else if cfg, err = config.LoadDefaultConfig(ctx, config.WithLogger(said(o.Log))); err != nil {
		return cfg, fmt.Errorf("read the AWS settings: %w", err)
	}
	if cfg.Region == "" {
		return cfg, errors.New("no AWS region is set: set AWS_REGION to that of the table")
	}
	if cfg.Credentials != nil {
		cfg.Credentials = checked{cfg.Credentials}
	}
	return cfg, nil
}

// said hands what the SDK has to say to the log that everything else goes to, in the log's own form.
func said(log *slog.Logger) logging.Logger {
	return logging.LoggerFunc(func(_ logging.Classification, format string, args ...any) {
		if log != nil {
			log.Debug("from the AWS SDK", "text", fmt.Sprintf(format, args...)) // what fails is an error too
		}
	})
}

// newHTTP makes the client that one try goes through. A try is bounded too, so that a connection that has died
// without a word leaves time for another.
func newHTTP(try time.Duration) *http.Client {
	return &http.Client{
		Timeout: try,
		Transport: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns, t.MaxIdleConnsPerHost = idleConnections, idleConnections
		}).GetTransport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checked marks the errors of whoever has the credentials, which differ with every place they may come from.
type checked struct{ aws.CredentialsProvider }

func (c checked) Retrieve(ctx context.Context) (aws.Credentials, error) {
	got, err := c.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return got, errors.Join(errCredentials, err)
	}
	return got, nil
}
