package bolt

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/go-json-experiment/json"
)

// rowFormat is the version of the rows, which each of them says.
const rowFormat = 1

// ErrDamaged is what reading a row answers that is not whole. It never says what is in the row.
var ErrDamaged = errors.New("the record is damaged")

// checkLen is the length of a row's end: "#" and the CRC-32C of all before it, in hex. Pages have no checksum
// of their own, and one bit in an expiry would be a wrong verdict.
const checkLen = 1 + 2*crc32.Size

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode makes a row.
func encode(row any) ([]byte, error) {
	raw, err := json.Marshal(row)
	if err != nil {
		return nil, fmt.Errorf("encode a record: %w", err)
	}
	return sum(raw), nil
}

func sum(raw []byte) []byte {
	check := crc32.Checksum(raw, castagnoli)
	raw = append(raw, '#')
	return hex.AppendEncode(raw, []byte{byte(check >> 24), byte(check >> 16), byte(check >> 8), byte(check)})
}

// strict refuses members that this version does not know. Members that are there twice, strings that are not
// UTF-8 and trailing data are refused without asking.
var strict = json.RejectUnknownMembers(true)

// decode reads a row whole, or not at all.
func decode(raw []byte, row any) error {
	end := len(raw) - checkLen
	if end < 0 {
		return fmt.Errorf("%w: too short", ErrDamaged)
	}
	var check [crc32.Size]byte
	if _, err := hex.Decode(check[:], raw[end+1:]); err != nil || raw[end] != '#' {
		return fmt.Errorf("%w: no checksum", ErrDamaged)
	}
	got := crc32.Checksum(raw[:end], castagnoli)
	if check != [crc32.Size]byte{byte(got >> 24), byte(got >> 16), byte(got >> 8), byte(got)} {
		return fmt.Errorf("%w: the checksum is another one's", ErrDamaged)
	}
	if err := json.Unmarshal(raw[:end], row, strict); err != nil {
		// The error may quote the row.
		return fmt.Errorf("%w: not the JSON of such a record", ErrDamaged)
	}
	return nil
}

// wrong gathers what is wrong with a row; the first that is found counts.
type wrong struct{ err error }

func (w *wrong) unless(ok bool, what string) {
	if !ok && w.err == nil {
		w.err = fmt.Errorf("%w: %s", ErrDamaged, what)
	}
}
