package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// deadLetters is the template's own queue.
type deadLetters struct {
	sqs   *sqs.Client
	queue *string
}

func deadLettersOf(t *testing.T, d *desk) deadLetters {
	t.Helper()
	client := sqs.NewFromConfig(awsOf(d))
	found, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("latchkey-DeadLetters-")})
	if err != nil || len(found.QueueUrls) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return deadLetters{client, &found.QueueUrls[0]}
}

// poisonLiesAlone: what is no token, at a token's key, becomes a letter that says where it lies and holds nothing of it; its
// neighbours are told.
func poisonLiesAlone(t *testing.T, d *desk, e *ear, dead deadLetters) {
	c := newClient(t, d)
	before := c.make("")
	const foreign = "what a record holds"
	item := keyOf(before.Prefix[:8] + "poisoned")
	item["wrote"] = &types.AttributeValueMemberS{Value: "change"}
	item["sealed"] = &types.AttributeValueMemberS{Value: foreign}
	if _, err := dynamodb.NewFromConfig(awsOf(d)).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &d.stack.Table, Item: item}); err != nil {
		t.Fatal(err)
	}
	after := c.make("")
	e.await(t, "created", before.ID)
	e.await(t, "created", after.ID)
	letters := dead.await(t)
	if len(letters) != 1 || !strings.Contains(letters[0], "poisoned") || strings.Contains(letters[0], foreign) {
		t.Errorf("the letters are %q", letters)
	}
}

// await waits until there is any letter.
func (dead deadLetters) await(t *testing.T) (letters []string) {
	t.Helper()
	for end := time.Now().Add(hearing); len(letters) == 0; {
		if time.Now().After(end) {
			t.Fatal("there is no letter")
		}
		letters = receive(t.Context(), t, dead.sqs, dead.queue)
	}
	return letters
}

// areNoMore: nothing else was given up, by whomever.
func (dead deadLetters) areNoMore(t *testing.T) {
	t.Helper()
	if letters := receive(t.Context(), t, dead.sqs, dead.queue); len(letters) > 0 {
		t.Errorf("there are other letters: %q", letters)
	}
}
