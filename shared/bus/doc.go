// Package bus is Amazon EventBridge, to which events are told, and the queue of what can be told to nobody (Amazon SQS).
package bus
