package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/aws/smithy-go"
)

var errCredentials = errors.New("there are no AWS credentials")

// explain puts before an error of AWS what an operator can do about it.
func (s *Store) explain(err error) error {
	if err == nil {
		return nil
	}
	if cure := s.cure(err); cure != "" {
		return fmt.Errorf("%s: %w", cure, err)
	}
	return err
}

func (s *Store) cure(err error) string {
	if errors.Is(err, errCredentials) {
		return "give the process AWS credentials: a role, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return s.cureOf(api)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Sprintf("DynamoDB in %s cannot be reached: see the network, AWS_REGION, and AWS_ENDPOINT_URL_DYNAMODB if that is set", s.region)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("DynamoDB in %s did not answer in time (at most %s): see whether it can be reached", s.region, s.limit)
	}
	return ""
}

func (s *Store) cureOf(err smithy.APIError) string {
	code := err.ErrorCode()
	for _, reason := range reasonsOf(err) { // the code that matters is further in
		code = reason
	}
	switch code {
	case "ResourceNotFoundException":
		return fmt.Sprintf("the table %s does not exist in %s: deploy template.yaml there, or correct the table's name or AWS_REGION", s.table, s.region)
	case "ExpiredTokenException", "ExpiredToken", "RequestExpired":
		return "the AWS credentials have expired: renew them (for a profile, aws sso login), and see that the clock is right"
	case "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationTokenException",
		"IncompleteSignatureException", "InvalidClientTokenId", "NotAuthorized":
		return "AWS does not take these credentials: correct them"
	case "AccessDeniedException", "AccessDenied":
		return fmt.Sprintf("these AWS credentials may not do this to the table %s: give them the policy that template.yaml has for it", s.table)
	case "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "ThrottlingException", "ThrottlingError", "RequestLimitExceeded":
		return fmt.Sprintf("DynamoDB throttles the table %s: see its maximum throughput, the account's limits, and whether one key is hot", s.table)
	case "ValidationException", "ValidationError":
		return fmt.Sprintf("the table %s is not as this version needs it: deploy its template.yaml", s.table)
	case reasonConflict:
		return "other writes stood in the way: try again"
	}
	if err.ErrorFault() == smithy.FaultServer {
		return fmt.Sprintf("DynamoDB in %s has failed: try again, and see the AWS Health Dashboard", s.region)
	}
	return ""
}
