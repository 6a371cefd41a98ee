package moto

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Region is where the keys are that NewKey makes.
const Region = "eu-central-1"

// NewKey makes a key and returns its ARN: a symmetric one for encryption, any other for signing.
func (s *Server) NewKey(t testing.TB, spec types.KeySpec) string {
	t.Helper()
	usage := types.KeyUsageTypeSignVerify
	if spec == types.KeySpecSymmetricDefault {
		usage = types.KeyUsageTypeEncryptDecrypt
	}
	out, err := s.Client().CreateKey(t.Context(), &kms.CreateKeyInput{KeySpec: spec, KeyUsage: usage})
	if err != nil {
		t.Fatalf("moto: make a key: %v", err)
	}
	return *out.KeyMetadata.Arn
}

// Client asks moto whatever else a test wants.
func (s *Server) Client() *kms.Client {
	return kms.New(kms.Options{
		Region:       Region,
		BaseEndpoint: &s.URL,
		Credentials:  credentials.NewStaticCredentialsProvider(Credentials, Credentials, ""),
	})
}
