package eventsink

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
)

// Bounds of a request (Amazon EventBridge User Guide, "Sending events with PutEvents in Amazon EventBridge").
const (
	MaxEntries = 10
	MaxBytes   = 256 << 10
)

// Codes of an entry that is refused (Amazon EventBridge API Reference, PutEventsResultEntry).
const (
	Internal  = "InternalFailure"
	Throttled = "ThrottlingException"
	Malformed = "MalformedDetail"
	Argument  = "InvalidArgument"
)

// size is what an entry counts (Amazon EventBridge User Guide, "Calculating PutEvents event entry size").
func (e Entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if e.Time != 0 {
		n += 14
	}
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

// result is what becomes of an entry.
type result struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

func (s *Sink) put(body []byte) (int, any) {
	var in struct{ Entries []Entry }
	if err := json.Unmarshal(body, &in); err != nil {
		return http.StatusBadRequest, failure("SerializationException", err.Error())
	}
	size := 0
	for _, e := range in.Entries {
		size += e.size()
	}
	if n := len(in.Entries); n < 1 || n > MaxEntries || size > MaxBytes {
		return http.StatusBadRequest, failure("ValidationException", fmt.Sprintf("%d entries of %d bytes", n, size))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out struct {
		FailedEntryCount int
		Entries          []result
	}
	for _, e := range in.Entries {
		if code := s.judged(e); code != "" {
			out.FailedEntryCount++
			out.Entries = append(out.Entries, result{ErrorCode: code, ErrorMessage: "it is refused"})
			continue
		}
		s.entries = append(s.entries, e)
		out.Entries = append(out.Entries, result{EventId: fmt.Sprintf("%032x", len(s.entries))})
	}
	return http.StatusOK, out
}

// judged returns the code of the error that an entry meets.
func (s *Sink) judged(e Entry) string {
	var object map[string]any
	switch {
	case e.Source == "" || e.DetailType == "":
		return Argument
	case json.Unmarshal([]byte(e.Detail), &object) != nil || object == nil:
		return Malformed
	case s.refuse != nil:
		return s.refuse(e)
	}
	return ""
}

func (s *Sink) send(body []byte) (int, any) {
	var m Message
	if err := json.Unmarshal(body, &m); err != nil || m.QueueUrl == "" || m.MessageBody == "" {
		return http.StatusBadRequest, failure("com.amazonaws.sqs#InvalidParameterValue", "it wants a queue and a message")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	sum := md5.Sum([]byte(m.MessageBody)) // which the SDK compares
	return http.StatusOK, map[string]string{"MessageId": fmt.Sprintf("%032x", len(s.messages)), "MD5OfMessageBody": hex.EncodeToString(sum[:])}
}

func failure(code, message string) any {
	return map[string]string{"__type": code, "message": message}
}

func answer(w http.ResponseWriter, status int, said any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // a client that is gone needs none
}
