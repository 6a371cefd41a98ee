package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// Image is a token's record as the table's stream shows it.
type Image struct {
	Token pat.Token
	// Changed: the write that made it this way was a change of the token, or put one into the stream again.
	Changed bool
	// Untold: its last change is not known to have been told.
	Untold bool
}

// IsToken reports whether a record with that sort key is a token's.
func IsToken(sk string) bool { return strings.HasPrefix(sk, tokenSort) }

// ReadImage reads a token's record whole. Its error is ErrDamaged, which never says what is in the record.
func ReadImage(it map[string]types.AttributeValue) (Image, error) {
	p, err := prefixOf(it)
	if err != nil {
		return Image{}, err
	}
	t, s, err := readToken(it, p)
	if err != nil {
		return Image{}, err
	}
	return Image{Token: t, Changed: s.wrote == wroteChange, Untold: !s.untold.IsZero()}, nil
}
