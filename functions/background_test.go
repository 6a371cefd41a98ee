package functions_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// deadLetters is where what fails for good is sent to.
var deadLetters = map[string]any{"OnFailure": map[string]any{"Type": "SQS", "Destination": "${DeadLetters.Arn}"}}

// wakers is what calls each function that has no route, but for the filters, at which TestTheFilterLetsChangesThrough looks.
var wakers = map[pat.Op]map[string]any{
	pat.OpCleanup: {"TableStream": map[string]any{"Type": "DynamoDB", "Properties": map[string]any{
		"Stream":           "${Table.StreamArn}",
		"StartingPosition": "TRIM_HORIZON", // LATEST would miss what changes while the function is made
		"BatchSize":        "100", "MaximumBatchingWindowInSeconds": "1",
		"FunctionResponseTypes":      []any{"ReportBatchItemFailures"}, // or one record that fails would bring all others again
		"BisectBatchOnFunctionError": "true", "MaximumRetryAttempts": "1000", "MaximumRecordAgeInSeconds": "82800",
		"DestinationConfig": deadLetters,
	}}},
	pat.OpNotify: {"Schedule": map[string]any{"Type": "Schedule", "Properties": map[string]any{
		"Schedule": "${NotifySchedule}", "RetryPolicy": map[string]any{"MaximumEventAgeInSeconds": "300", "MaximumRetryAttempts": "2"},
	}}},
}

func TestEachFunctionWithoutRoutesIsWokenByOneThing(t *testing.T) {
	functions := resources(t, "AWS::Serverless::Function")
	for _, op := range pat.Background() {
		events := members(at(functions[logicalID(op)], "Properties", "Events"))
		for _, event := range events {
			delete(members(at(event, "Properties")), "FilterCriteria")
		}
		if diff := cmp.Diff(wakers[op], events); diff != "" {
			t.Errorf("%s: -want +got:\n%s", op, diff)
		}
	}
	invoked := map[string]any{"MaximumEventAgeInSeconds": "300", "MaximumRetryAttempts": "1", "DestinationConfig": deadLetters}
	for id, function := range functions {
		want := any(nil) // nobody else is called without somebody who waits for the answer
		if id == logicalID(pat.OpNotify) {
			want = invoked
		}
		if diff := cmp.Diff(want, at(function, "Properties", "EventInvokeConfig")); diff != "" {
			t.Errorf("%s is invoked, -want +got:\n%s", id, diff)
		}
	}
}

// TestARecordIsGivenUpBeforeTheStreamForgetsIt, which is after a day, so that a dead letter says so; and not much earlier, so that a
// function which was down misses nothing.
func TestARecordIsGivenUpBeforeTheStreamForgetsIt(t *testing.T) {
	age := at(wakers[pat.OpCleanup]["TableStream"], "Properties", "MaximumRecordAgeInSeconds")
	if kept, err := time.ParseDuration(text(age) + "s"); err != nil || kept < 20*time.Hour || kept >= 24*time.Hour {
		t.Errorf("a record is given up after %s, %v", kept, err)
	}
}

func TestTheScheduleIsOneOfEventBridge(t *testing.T) {
	taken := regexp.MustCompile(text(at(template(t), "Parameters", "NotifySchedule", "AllowedPattern")))
	for value, want := range map[string]bool{"rate(5 minutes)": true, "rate(1 minute)": true, "rate(1 hour)": true, "cron(0/5 * * * ? *)": true,
		"": false, "rate(0 minutes)": false, "rate(1 minutes)": false, "rate(5 minute)": false, "rate(5 seconds)": false, "5 minutes": false, "rate(5 minutes) ": false, "cron()": false} {
		if taken.MatchString(value) != want {
			t.Errorf("%q is taken: %t", value, !want)
		}
	}
	if preset := text(at(template(t), "Parameters", "NotifySchedule", "Default")); !taken.MatchString(preset) {
		t.Errorf("the default is %q", preset)
	}
}

// TestOnlyWhatTellsKnowsWhere: the bus and the queue stand in the environment of one function, which takes them as they are.
func TestOnlyWhatTellsKnowsWhere(t *testing.T) {
	values := maps.Clone(deployed)
	values["EventBus"], values["DeadLetters"] = "latchkey-events", "https://sqs.eu-central-1.amazonaws.com/123456789012/latchkey-DeadLetters-1HZJ3K4L5M6N7"
	for _, f := range readTemplate(t, values).Functions {
		want := []string{"", ""}
		if f.Op == string(pat.OpCleanup) {
			want = []string{values["EventBus"], values["DeadLetters"]}
		}
		if got := []string{f.Environment["LATCHKEY_EVENT_BUS"], f.Environment["LATCHKEY_DEAD_LETTERS"]}; !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", f.Op, got, want)
		}
	}
	got, err := config.Load(func(name string) (string, bool) {
		value, ok := map[string]string{"LATCHKEY_EVENT_BUS": values["EventBus"], "LATCHKEY_DEAD_LETTERS": values["DeadLetters"]}[name]
		return value, ok
	})
	if err != nil || got.EventBus != values["EventBus"] || got.DeadLetters != values["DeadLetters"] {
		t.Errorf("they are not taken: %v", err)
	}
}

// eventParts are the bus and what is on it, whole.
var eventParts = map[string]map[string]any{
	"EventBus":     {"Type": "AWS::Events::EventBus", "Properties": map[string]any{"Name": "latchkey-events"}},
	"EventArchive": {"Type": "AWS::Events::Archive", "Properties": map[string]any{"SourceArn": "${EventBus.Arn}", "RetentionDays": "${EventArchiveInDays}"}},
	"EventLogRule": {"Type": "AWS::Events::Rule", "Properties": map[string]any{
		"EventBusName": "${EventBus}", "EventPattern": map[string]any{"source": []any{"dev.latchkey"}},
		"Targets": []any{map[string]any{"Id": "log", "Arn": "arn:aws:logs:eu-central-1:123456789012:log-group:${EventLog}"}},
	}},
	"EventLog": {"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{
		"LogGroupName":    "/aws/events/latchkey", // EventBridge writes to no other name (its User Guide, "CloudWatch Logs")
		"RetentionInDays": "${LogRetentionInDays}",
	}},
	// A message lies for as long as a queue can keep it, 14 days.
	"DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": map[string]any{"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}},
}

func TestTheBusAndWhatIsOnIt(t *testing.T) {
	all := members(template(t)["Resources"])
	for id, want := range eventParts {
		got := maps.Clone(members(all[id]))
		delete(got, "Metadata")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", id, diff)
		}
	}
	for kind, n := range map[string]int{"AWS::Events::EventBus": 1, "AWS::Events::Archive": 1, "AWS::Events::Rule": 2, "AWS::Logs::ResourcePolicy": 1,
		"AWS::SQS::Queue": 1, "AWS::Logs::LogGroup": len(allOps()) + 2} { // the gateway's and the events'
		if got := len(resources(t, kind)); got != n {
			t.Errorf("there are %d of %s, want %d", got, kind, n)
		}
	}
}
