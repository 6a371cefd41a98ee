package functions_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"latchkey/localstack"
	"latchkey/localstack/cfn"
	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/moto"
	"latchkey/shared/behaviour"
	"latchkey/shared/contract"
	"latchkey/shared/pat"
)

// TestTheFunctions runs all that is said of the API through the compiled functions, on DynamoDB Local, behind what
// imitates API Gateway: once with each payload, of which one has its keys in KMS. What a gateway judges by itself is
// declared, and nothing else may differ from the process. At the end, each function must have called the table in just
// the ways that template.yaml allows it.
func TestTheFunctions(t *testing.T) {
	for _, payload := range []string{"2.0", "1.0"} {
		t.Run("with payload "+payload, func(t *testing.T) {
			d := openDesk(t, payload, payload == "2.0")
			open := func(*testing.T) behaviour.Door { return d.door }
			t.Run("behave as the scripts say", func(t *testing.T) { behaviour.Scripts(t, open) })
			t.Run("refuse bad input", func(t *testing.T) { behaviour.BadInput(t, d.door) })
			t.Run("serve Docker Hub's clients", func(t *testing.T) { behaviour.DockerHub(t, d.door) })
			t.Run("keep Docker Hub's contract", func(t *testing.T) { contract.DockerHub(t, d.door) })
			t.Run("serve Quay's clients", func(t *testing.T) { behaviour.Quay(t, d.door) })
			t.Run("keep Quay's contract", func(t *testing.T) { contract.Quay(t, d.door) })
			t.Run("serve Authlance's client", func(t *testing.T) { behaviour.Authlance(t, d.door) })
			t.Run("keep Authlance's contract", func(t *testing.T) { contract.Authlance(t, d.door) })
			t.Run("serve HOPRd's clients", func(t *testing.T) { behaviour.HOPRd(t, d.door) })
			t.Run("keep HOPRd's contract", func(t *testing.T) { contract.HOPRd(t, d.door) })
			t.Run("use the rights that they have, and no others", d.rights)
		})
	}
}

// desk is the functions, each with a wire of its own to the table.
type desk struct {
	door  behaviour.Door
	stack *localstack.Stack
	table string
	wires map[pat.Op]*faultproxy.Proxy
}

const adminPassword = "the administrator's own password"

// openDesk starts the functions, and makes keys and administrator as after a deployment.
func openDesk(t *testing.T, payload string, withKMS bool) *desk {
	t.Helper()
	db := dynamolocal.Start(t)
	d := &desk{table: db.Table(t), wires: map[pat.Op]*faultproxy.Proxy{}}
	values := cfn.Values{"Table": d.table, "SigningKeyIn": "store", "HoprdSuperuser": behaviour.Superuser, "SealingKeyIn": "store"}
	shared := map[string]string{"LATCHKEY_POLICY": behaviour.Policy}
	settings := dynamolocal.Environ(db.Endpoint)
	if withKMS {
		server := moto.Start(t)
		signing, sealing := server.NewKey(t, types.KeySpecEccNistP256), server.NewKey(t, types.KeySpecSymmetricDefault)
		values["SigningKeyIn"], values["SigningKey.Arn"] = "kms", signing
		values["SealingKeyIn"], values["SealingKey.Arn"] = "kms", sealing
		shared["AWS_ENDPOINT_URL_KMS"] = server.URL
		settings = append(settings, "LATCHKEY_SIGNING_KEY=kms:"+signing, "LATCHKEY_SEALING_KEY=kms:"+sealing, "AWS_ENDPOINT_URL_KMS="+server.URL)
	}
	bootstrap(t, append(settings, "LATCHKEY_STORE=dynamodb://"+d.table, "LATCHKEY_ADMIN_PASSWORD="+adminPassword)...)

	endpoints := localstack.By{}
	for _, op := range pat.Ops() {
		d.wires[op] = faultproxy.Start(t, db.Endpoint)
		endpoints[string(op)] = d.wires[op].URL
	}
	d.stack = localstack.Start(t, localstack.Options{
		Template: templateFile, Functions: "../dist/local", Payload: payload, Values: values,
		Env: map[string]map[string]string{"": shared}, Endpoints: endpoints,
		// Failed log-ins are counted in each process of the function: by one, the count is exact.
		Concurrency: map[string]int{"": 2, "session": 1},
	})
	d.door = behaviour.Door{
		Name: "functions with payload " + payload, BaseURL: d.stack.BaseURL, AdminPassword: adminPassword,
		Superuser: behaviour.Superuser, Log: d.stack.Log,
		Differences: []behaviour.Difference{behaviour.OwnHTTP, behaviour.DecodedPaths, behaviour.JoinedHeaders, behaviour.TextHeaders,
			behaviour.KeptSlashes},
	}
	if payload == "1.0" {
		d.door.Differences = append(d.door.Differences, behaviour.DecodedQueries)
	}
	return d
}

// bootstrap runs what an operator runs after a deployment.
func bootstrap(t *testing.T, settings ...string) {
	t.Helper()
	program, err := filepath.Abs("../bin/latchkey")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "admin", "bootstrap")
	cmd.Env = settings
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("latchkey admin bootstrap: %v\n%s", err, &said)
	}
}
