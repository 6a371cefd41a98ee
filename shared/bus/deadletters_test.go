package bus

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// queue is an SQS queue that refuses what SQS refuses, and keeps the bodies of the others.
type queue struct{ bodies []string }

func (q *queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ MessageBody string }
	err := json.UnmarshalRead(r.Body, &in)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil || strings.ContainsAny(in.MessageBody, "\x00\x1f\uFFFE\uFFFF") {
		w.Header().Set("x-amzn-query-error", "InvalidMessageContents;Sender")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type": "com.amazonaws.sqs#InvalidMessageContents"}`))
		return
	}
	q.bodies = append(q.bodies, in.MessageBody)
	sum := md5.Sum([]byte(in.MessageBody))
	_, _ = w.Write([]byte(`{"MessageId": "id", "MD5OfMessageBody": "` + hex.EncodeToString(sum[:]) + `"}`))
}

func TestNoLetterIsRefusedForItsCharacters(t *testing.T) {
	q := &queue{}
	server := httptest.NewServer(q)
	defer server.Close()
	d := NewDeadLetters(aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "key", "")},
		server.URL+"/123456789012/dead")
	for _, text := range []string{"plain", "\x00\x1f\x7f\"\\", "\uFFFE\uFFFF", "é😀\u2028", ""} {
		want := Letter{EventID: "e" + text, Sequence: "1", Reason: "r" + text}
		want.Key.PK, want.Key.SK = "p"+text, "tok#"+text
		if err := d.Send(t.Context(), want); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		body := q.bodies[len(q.bodies)-1]
		var got Letter
		if err := json.Unmarshal([]byte(body), &got); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%q: %s, %v", text, body, err)
		}
	}
}
