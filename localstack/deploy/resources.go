package deploy

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// stackName is that of samconfig.toml's stage `local`.
const stackName = "latchkey"

// fallback is what LocalStack says of a resource that it cannot make, and calls complete.
const fallback = "deployed as a fallback"

// madeAll refuses a stack of which LocalStack has made a part alone.
func madeAll(ctx context.Context, endpoint string) error {
	query := url.Values{"Action": {"DescribeStackResources"}, "Version": {"2010-05-15"}, "StackName": {stackName}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(query.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("list what was made: %w", err)
	}
	defer res.Body.Close()
	var answer struct {
		Made []resource `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
	if err := xml.NewDecoder(res.Body).Decode(&answer); err != nil || len(answer.Made) == 0 {
		return fmt.Errorf("list what was made: %s, %d resources, %v", res.Status, len(answer.Made), err)
	}
	var missing []error
	for _, r := range answer.Made {
		if strings.Contains(r.Reason, fallback) {
			missing = append(missing, fmt.Errorf("LocalStack says that %s is made, and has no %s: localstack/rewrite must do something about it", r.ID, r.Type))
		}
	}
	return errors.Join(missing...)
}

type resource struct {
	ID     string `xml:"LogicalResourceId"`
	Type   string `xml:"ResourceType"`
	Reason string `xml:"ResourceStatusReason"`
}
