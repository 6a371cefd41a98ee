// Package streamhost joins the parts of the function that hears of each write in the table: settings, store, event bus, and
// the queue of what can be told to nobody. All that functions/cleanup/main.go does is to call Serve.
//
// It stands apart from lambdahost so that no function which answers requests has the bus and the queue in its program.
package streamhost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"

	"latchkey/shared/bus"
	settings "latchkey/shared/config"
	"latchkey/shared/store/dynamo"
)

// requestTime bounds one request to the bus or the queue, so that one which hangs leaves time for others.
const requestTime = 5 * time.Second

// Serve runs the function until Lambda ends it. What is wrong with its settings ends it at once, by name.
func Serve() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	slog.SetDefault(log) // for the AWS libraries, which know no other
	t, err := newTeller(context.Background(), os.LookupEnv, log)
	if err != nil {
		log.Error("the function does not start", "op", "cleanup", "err", err)
		os.Exit(1)
	}
	lambda.Start(t)
}

// newTeller joins the parts.
func newTeller(ctx context.Context, lookup func(string) (string, bool), log *slog.Logger) (*teller, error) {
	cfg, err := settings.Load(lookup)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(
		unless(cfg.Store.Kind == "dynamodb", "LATCHKEY_STORE wants dynamodb://TABLE: no other store has a stream"),
		unless(cfg.EventBus != "", "LATCHKEY_EVENT_BUS wants the name or the ARN of an EventBridge bus"),
		unless(cfg.DeadLetters != "", "LATCHKEY_DEAD_LETTERS wants the URL of an SQS queue"),
	); err != nil {
		return nil, err
	}
	store, err := dynamo.Open(ctx, dynamo.Options{Table: cfg.Store.Name, Log: log})
	if err != nil {
		return nil, fmt.Errorf("LATCHKEY_STORE: %w", err)
	}
	aws, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(requestTime)))
	if err != nil {
		return nil, fmt.Errorf("read the AWS settings: %w", err)
	}
	return &teller{
		source: cmp.Or(cfg.PublicURL, settings.DefaultIssuer), bus: bus.New(aws, cfg.EventBus),
		dead: bus.NewDeadLetters(aws, cfg.DeadLetters), table: store, log: log,
	}, nil
}

func unless(ok bool, wrong string) error {
	if ok {
		return nil
	}
	return errors.New(wrong)
}
