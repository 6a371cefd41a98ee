// Package streampoller brings the records of a DynamoDB stream to a function as Lambda's event source mapping does (AWS Lambda
// Developer Guide, "Using AWS Lambda with Amazon DynamoDB", "Configuring partial batch response with DynamoDB and Lambda", "Retain
// discarded records"): in order, filtered, in batches, again and by halves when the function fails, and given up in the end.
//
// It has no clock: it waits neither for a batch to fill up nor between two tries, and no record is too old for it.
package streampoller
