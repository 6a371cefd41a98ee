package deploy

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhatIsOnlySaidToBeMadeIsFound: the answers are LocalStack's, shortened.
func TestWhatIsOnlySaidToBeMadeIsFound(t *testing.T) {
	const made = `<member><LogicalResourceId>Table</LogicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`
	const unmade = `<member><LogicalResourceId>Old</LogicalResourceId><ResourceType>AWS::Events::Archive</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>` +
		`<ResourceStatusReason>Resource type AWS::Events::Archive is not supported but was deployed as a fallback</ResourceStatusReason></member>`
	for name, c := range map[string]struct{ members, want string }{
		"all":       {made, ""},
		"a part":    {made + unmade, "says that Old is made, and has no AWS::Events::Archive"},
		"nothing":   {"", "0 resources"},
		"no answer": {"<", "list what was made"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.FormValue("Action") != "DescribeStackResources" || r.FormValue("StackName") != "latchkey" {
					t.Errorf("asked was %v", r.Form)
				}
				fmt.Fprintf(w, `<R><DescribeStackResourcesResult><StackResources>%s</StackResources></DescribeStackResourcesResult></R>`, c.members)
			}))
			defer server.Close()
			err := madeAll(t.Context(), server.URL)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
