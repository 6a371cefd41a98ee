package bus

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/go-json-experiment/json"
)

// DeadLetters is the queue of what can be told to nobody.
type DeadLetters struct {
	client *sqs.Client
	url    string
}

// NewDeadLetters returns the queue at a URL.
func NewDeadLetters(cfg aws.Config, url string) *DeadLetters {
	return &DeadLetters{sqs.NewFromConfig(cfg), url}
}

// Letter says which record of the table's stream it was, and why. It has nothing of the record.
type Letter struct {
	EventID  string `json:"eventId,omitzero"`
	Sequence string `json:"sequenceNumber,omitzero"`
	Key      struct {
		PK string `json:"pk"`
		SK string `json:"sk"`
	} `json:"key"`
	Reason string `json:"reason"`
}

// Send puts a letter into the queue. An error may do better later.
func (d *DeadLetters) Send(ctx context.Context, l Letter) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write a dead letter: %w", err)
	}
	if _, err := d.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &d.url, MessageBody: aws.String(ascii(text))}); err != nil {
		return fmt.Errorf("send a dead letter: %w", err)
	}
	return nil
}

// ascii writes JSON with escapes for all else: a queue refuses some characters (Amazon SQS API Reference, SendMessage), and a
// letter that it refuses would come again for ever.
func ascii(json []byte) string {
	var b strings.Builder
	for _, r := range string(json) {
		if r < 0x7f {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
