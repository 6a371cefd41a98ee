package cfn_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/localstack/cfn"
)

const template = "testdata/template.yaml"

func read(t *testing.T, values cfn.Values) *cfn.Template {
	t.Helper()
	read, err := cfn.ReadFile(template, values)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestATemplateTellsItsFunctions(t *testing.T) {
	got := read(t, cfn.Values{"Table": "desk", "AWS::Region": "eu-central-1", "PublicUrl": "https://tokens.example.com"})
	want := []cfn.Function{
		{
			LogicalID: "CreateFunction", Op: "create", Memory: 256, Timeout: 10 * time.Second,
			Environment: map[string]string{
				"LATCHKEY_STORE": "dynamodb://desk", "LATCHKEY_SIGNING_KEY": "store",
				"LATCHKEY_PUBLIC_URL": "https://tokens.example.com", "EXTRA": "a-eu-central-1",
			},
			Routes: []cfn.Route{
				{Event: "CreateToken", Method: "POST", Path: "/v1/tokens", Payload: "2.0"},
				{Event: "GetToken", Method: "GET", Path: "/v1/tokens/{id}", Payload: "1.0"},
			},
			Statements: []cfn.Statement{
				{Effect: "Allow", Actions: []string{"dynamodb:GetItem", "dynamodb:TransactWriteItems"}, Resources: []string{"${Table.Arn}"}},
				{Effect: "Allow", Actions: []string{"dynamodb:Query"}, Resources: []string{"${Table.Arn}/index/prefix-index"},
					Condition: map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": "eu-central-1"}}},
			},
		},
		{
			LogicalID: "FallbackFunction", Op: "fallback", Memory: 128, Timeout: 3 * time.Second,
			Environment: map[string]string{
				"LATCHKEY_STORE": "dynamodb://desk", "LATCHKEY_SIGNING_KEY": "store",
				"LATCHKEY_PUBLIC_URL": "https://tokens.example.com",
			},
			Routes: []cfn.Route{{Event: "Default", Payload: "2.0"}},
		},
	}
	if diff := cmp.Diff(want, got.Functions); diff != "" {
		t.Error(diff)
	}
	if key := got.Functions[1].Routes[0].Key(); key != "$default" {
		t.Errorf("the fallback has the route %s, want the default one", key)
	}
}

func TestAConditionDecidesWhatIsThere(t *testing.T) {
	got := read(t, cfn.Values{"Policy": "{}", "PublicUrl": "", "AWS::Region": "eu-central-1", "Table.Arn": "arn:table"})
	if len(got.Functions) != 3 {
		t.Fatal("the function of the condition that holds is not there")
	}
	create, odd := got.Functions[0], got.Functions[2]
	want := cfn.Function{LogicalID: "OddFunction", Op: "odd", Memory: 256, Timeout: 10 * time.Second, Policies: []string{"AWSLambdaBasicExecutionRole"}}
	if diff := cmp.Diff(want, odd, cmpopts.IgnoreFields(cfn.Function{}, "Environment")); diff != "" {
		t.Error(diff)
	}
	if odd.Environment["LATCHKEY_POLICY"] != "{}" {
		t.Errorf("its policy is %q", odd.Environment["LATCHKEY_POLICY"])
	}
	if create.Statements[0].Resources[0] != "arn:table" {
		t.Errorf("a resource whose value is given stays %q", create.Statements[0].Resources[0])
	}
}

func TestAnySectionCanBeRead(t *testing.T) {
	whole := read(t, cfn.Values{"PublicUrl": "", "AWS::Region": "x", "Table.StreamArn": "arn:stream"})
	resources, err := whole.Section("Resources")
	want := map[string]any{"Type": "AWS::DynamoDB::Table", "Properties": map[string]any{"BillingMode": "PAY_PER_REQUEST", "KeySchema": []any{
		map[string]any{"AttributeName": "pk", "KeyType": "HASH"}, map[string]any{"AttributeName": "sk", "KeyType": "RANGE"},
	}}}
	if diff := cmp.Diff(want, resources["Table"]); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if none, err := whole.Section("Mappings"); len(none) != 0 || err != nil {
		t.Errorf("of a section that is not there: %v, %v", none, err)
	}
}

func TestRulesAreObeyed(t *testing.T) {
	for _, tt := range []struct{ signs, address, want string }{
		{"store", "https://tokens.example.com", ""},
		{"kms", "https://", ""},
		{"store", "https://", "Rules.AnInstanceHasItsAddress: PublicUrl wants a host"},
	} {
		_, err := cfn.ReadFile(template, cfn.Values{"SigningKey": tt.signs, "PublicUrl": tt.address, "AWS::Region": "x"})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v, want %q", tt.signs, tt.address, err, tt.want)
		}
	}
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	whole, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, change, to, want string }{
		{"an intrinsic", `!Ref PublicUrl`, `!ImportValue url`, "Globals.Function.Environment.Variables.LATCHKEY_PUBLIC_URL: line 29: the intrinsic ImportValue is not known here"},
		{"an intrinsic, written long", `LATCHKEY_PUBLIC_URL: !Ref PublicUrl`, `LATCHKEY_PUBLIC_URL: {"Fn::ImportValue": url}`, "the intrinsic ImportValue"},
		{"a reference", `!GetAtt Table.Arn`, `!GetAtt Tabel.Arn`, "CreateFunction: CreateFunction.Policies[0].Statement[0].Resource: Tabel.Arn stands for nothing"},
		{"a reference in a text", `${Table}`, `${Tabel}`, "Globals.Function.Environment.Variables.LATCHKEY_STORE: Tabel stands for nothing"},
		{"a parameter without a value", `!Ref AWS::Region`, `!Ref AWS::Partition`, "AWS::Partition stands for nothing"},
		{"a condition", `!If [HasPolicy`, `!If [HasPolice`, `there is no condition "HasPolice"`},
		{"a condition's function", `!Not [`, `!Nor [`, `Conditions.HasPolicy: line 16: "Nor" is no condition`},
		{"a method", `Method: POST`, `Method: PSOT`, `CreateFunction: Events.CreateToken: "PSOT" is no method of a route`},
		{"a path", `Path: /v1/tokens,`, `Path: v1/tokens,`, `"v1/tokens" is no path of a route`},
		{"a payload", `"1.0"`, `"3.0"`, `there is no payload format "3.0"`},
		{"an event", `Type: HttpApi`, `Type: Api`, `events of type Api are not known here`},
		{"a memory", `MemorySize: 128`, `MemorySize: little`, `FallbackFunction: MemorySize: wants a number, not "little"`},
		{"a policy template", `- Statement:`, `- DynamoDBReadPolicy:`, `Policies[0].Statement[0]: wants a mapping`},
		{"a statement's member", `Action: dynamodb:Query`, `NotAction: dynamodb:Query`, `Policies[0].Statement[1]: NotAction is not known here`},
		{"a statement's condition", `{StringEquals: {aws:RequestedRegion: !Ref AWS::Region}}`, `none`, `Statement[1].Condition: wants a mapping`},
		{"a rule", `Assert: !Not`, `Assert: !EachMemberIn`, `Rules.AnInstanceHasItsAddress: line 100: "EachMemberIn" is no condition`},
		{"a rule that says nothing", `AssertDescription:`, `Description:`, `wants an Assert and its AssertDescription`},
		{"a rule without assertions", `Assertions:`, `Claims:`, `wants a list of Assertions`},
		{"a folder", `FallbackFunction:`, `Fallback:`, `Fallback: neither CodeUri nor the logical id`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(string(whole), tt.change, tt.to, 1)
			if text == string(whole) {
				t.Fatal("nothing was changed")
			}
			_, err := cfn.Read([]byte(text), cfn.Values{"PublicUrl": "", "AWS::Region": "x"})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestAParameterWithoutAValueIsNamed(t *testing.T) {
	if _, err := cfn.ReadFile(template, nil); err == nil || !strings.Contains(err.Error(), "the parameter PublicUrl has neither value nor default") {
		t.Error(err)
	}
}
