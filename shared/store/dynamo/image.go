package dynamo

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// ErrNotToken: a record is of another kind.
var ErrNotToken = errors.New("the record is not a token's")

// Image is a token's record as the table's stream shows it.
type Image struct {
	Token pat.Token
	// Changed: the write that made it this way was a change of the token, or put one into the stream again.
	Changed bool
	// Untold: its last change is not known to have been told.
	Untold bool
}

// ReadImage reads a record whole. It returns ErrNotToken, or ErrDamaged, which never says what is in the record.
func ReadImage(it map[string]types.AttributeValue) (Image, error) {
	sk, _ := it[attrSK].(*types.AttributeValueMemberS)
	if sk != nil && !strings.HasPrefix(sk.Value, tokenSort) {
		return Image{}, ErrNotToken
	}
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
