package functions_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/streampoller"
	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// told is an event as a rule on the bus sees it.
func told(t *testing.T, kind pat.ChangeKind) map[string]any {
	t.Helper()
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	token := pat.Token{Prefix: "0123456789abcdef", ID: "00440c86-2954-8e35-9ace-c55a1d37e0aa", Name: "deploy", Owner: "user#alice", CreatedBy: "user#alice",
		Version: 3, CreatedAt: at, ExpiresAt: at.Add(6*24*time.Hour + time.Hour), LastChange: pat.Change{Kind: kind, Via: "system", At: at}}
	if kind == pat.ChangeExpiring {
		token.LastChange.Notice = 7 * 24 * time.Hour
	}
	made, err := events.New("urn:latchkey", events.Of(token))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := made.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var detail map[string]any
	if err := json.Unmarshal(raw, &detail); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"source": bus.Source, "detail-type": made.Type, "detail": detail}
}

// TestTheRulesHearWhatTheyAreFor: the first hears of every event, the second of those alone that say that a token expires soon, and
// makes a sentence of it, in which nothing is missing.
func TestTheRulesHearWhatTheyAreFor(t *testing.T) {
	values := maps.Clone(deployed)
	values["ExpiryTopic"] = "arn:aws:sns:eu-central-1:123456789012:renew"
	all, err := readTemplate(t, values).Section("Resources")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []pat.ChangeKind{pat.ChangeCreated, pat.ChangeUpdated, pat.ChangeExpiring, pat.ChangeExpired, pat.ChangeRevoked, pat.ChangePurged} {
		event := told(t, kind)
		if !hears(t, all["EventLogRule"], event) {
			t.Errorf("%s is not in the log", kind)
		}
		if got := hears(t, all["ExpiryRule"], event); got != (kind == pat.ChangeExpiring) {
			t.Errorf("the topic hears of %s: %t", kind, got)
		}
	}
	other := told(t, pat.ChangeExpiring)
	other["source"] = "aws.events"
	if hears(t, all["EventLogRule"], other) || hears(t, all["ExpiryRule"], other) {
		t.Error("a rule hears what is not ours")
	}
	rule := at(all, "ExpiryRule")
	targets, _ := at(rule, "Properties", "Targets").([]any)
	if len(targets) != 1 || at(targets[0], "Arn") != values["ExpiryTopic"] || at(rule, "Condition") != "TellsTopic" || at(rule, "Properties", "EventBusName") != "${EventBus}" {
		t.Fatalf("the rule is %v", rule)
	}
	input := at(targets[0], "InputTransformer")
	said := text(at(input, "InputTemplate"))
	for name, path := range members(at(input, "InputPathsMap")) {
		value, err := json.Marshal(at(told(t, pat.ChangeExpiring), strings.Split(strings.TrimPrefix(text(path), "$."), ".")...))
		if err != nil {
			t.Fatal(err)
		}
		said = strings.ReplaceAll(said, "<"+name+">", strings.Trim(string(value), `"`))
	}
	if want := `"The token deploy of user#alice expires in 7 days, at 2026-03-20T13:00:00Z."`; said != want {
		t.Errorf("it says %s, want %s", said, want)
	}
}

// hears reports whether a rule's pattern takes an event. Lambda's filters, whose imitation this is, speak a part of the rules' language
// (AWS Lambda Developer Guide, "Control which events Lambda sends to your function").
func hears(t *testing.T, rule any, event map[string]any) bool {
	t.Helper()
	text, err := json.Marshal(at(rule, "Properties", "EventPattern"))
	if err != nil {
		t.Fatal(err)
	}
	pattern, err := streampoller.ParsePattern(string(text))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return pattern.Takes(whole)
}

// TestOnlyEventBridgeWritesToTheEventsLog, and to no other one. EventBridge's own page asks for both services ("Using resource-based
// policies for Amazon EventBridge", "CloudWatch Logs permissions").
func TestOnlyEventBridgeWritesToTheEventsLog(t *testing.T) {
	var policy map[string]any
	if err := json.Unmarshal([]byte(text(at(template(t), "Resources", "EventLogPolicy", "Properties", "PolicyDocument"))), &policy); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow",
		"Principal": map[string]any{"Service": []any{"events.amazonaws.com", "delivery.logs.amazonaws.com"}},
		"Action":    []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": "${EventLog.Arn}"}}}
	if diff := cmp.Diff(want, policy); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnExpiryTopicIsTheArnOfOne(t *testing.T) {
	taken := regexp.MustCompile(text(at(template(t), "Parameters", "ExpiryTopic", "AllowedPattern")))
	for value, want := range map[string]bool{"": true, "arn:aws:sns:eu-central-1:123456789012:renew": true, "arn:aws-cn:sns:cn-north-1:123456789012:renew": true,
		"renew": false, "arn:aws:sqs:eu-central-1:123456789012:renew": false, "arn:aws:sns:eu-central-1:123456789012:renew,x": false} {
		if taken.MatchString(value) != want {
			t.Errorf("%q is taken: %t", value, !want)
		}
	}
}
