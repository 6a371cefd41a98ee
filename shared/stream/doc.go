// Package stream reads the records of the table's stream and says what of each is to be told. It is pure: whoever tells it,
// and where, stands elsewhere.
//
// A record is read by itself, so that one which is no good spoils no other, and strictly: what is not just as DynamoDB and
// the store write it is an error. Its text never says what is in a record, for that holds hashes.
//
// The shape of an event is that of the AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB".
package stream
