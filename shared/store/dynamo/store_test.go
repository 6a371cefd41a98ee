package dynamo_test

import (
	"testing"

	"latchkey/localstack/dynamolocal"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
	"latchkey/shared/store/storetest"
)

func TestStore(t *testing.T) {
	db := dynamolocal.Start(t)
	storetest.Run(t, func(t *testing.T) pat.Store {
		cfg := db.Config()
		store, err := dynamo.Open(t.Context(), dynamo.Options{Table: db.Table(t), AWS: &cfg, Call: unhurried})
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
