package pat

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Store keeps records and knows no rules. Each method is one consistent read, one page, one conditional
// write, or one small transaction, so that a table of rows can serve it as well as an embedded file.
//
// What every store promises, and storetest checks:
//   - Reads see every write that was acknowledged before they began, but for FindTokens and Due.
//   - A method that returns nil has made its write durable. One that returns an error below has written
//     nothing. After any other error the write may have happened, whole or not at all.
//   - Two conditional writes on one record never both see the same state.
//   - Records are copies: nothing that a store returns or was given is shared with it.
//   - A record that cannot be read back whole is an error that says so, never a record with gaps.
//   - A context that has ended is an error.
type Store interface {
	// Keys returns the service keys; ErrNotFound before the first PutKeys.
	Keys(ctx context.Context) (Keys, error)
	// PutKeys writes the service keys with Version was+1, on condition that the stored version is was (0:
	// there are none). ErrConflict otherwise.
	PutKeys(ctx context.Context, k Keys, was int64) error

	// Owner returns an owner's row, deleted or not. ErrNotFound if there never was one.
	Owner(ctx context.Context, id OwnerID) (Owner, error)
	// PutOwner writes the row with Version was+1, on condition that the stored version is was (0: there is
	// none), else ErrConflict; and that the caller still stands, else ErrCallerMoved.
	PutOwner(ctx context.Context, o Owner, was int64, by Standing) error
	// Users returns local users, deleted ones too, in the order of their names, from the first name greater
	// than after, at most max.
	Users(ctx context.Context, after string, max int) ([]Owner, error)

	// Token returns the record at the prefix. ErrNotFound if there is none.
	Token(ctx context.Context, p Prefix) (Token, error)
	// CreateToken writes, all or nothing: the token, the owner's next version if it counts, and the answer to be repeated
	// if there is one. ErrPrefixTaken, ErrOwnerMoved, ErrCallerMoved or ErrAnswerTaken says which condition
	// failed; where several do, any one of them.
	CreateToken(ctx context.Context, n NewToken) error
	// UpdateToken replaces the record with Version was+1, on condition that the stored version is was and that
	// the caller still stands; the stored Usage stays. ErrConflict if the version differs, ErrNotFound if the
	// record is gone, ErrCallerMoved if the caller has lost its standing. A scope that has Calls must stay in
	// MaxCalls, with whatever limit: a count without one is a record that is not whole.
	UpdateToken(ctx context.Context, t Token, was int64, by Standing) error
	// TouchToken notes a use: it sets LastUsedAt and LastUsedIPs on condition that LastUsedAt is still was.
	// Neither Uses nor Calls nor the version changes. ErrConflict if another use was noted first or the record
	// is gone.
	TouchToken(ctx context.Context, p Prefix, was time.Time, use Usage) error
	// SpendUses adds n, at least 1, to the stored Uses of a token that was read and has MaxUses, on condition that
	// the record is still at t.Version and that the sum stays within t.MaxUses, and returns the new Uses. Of t
	// nothing else counts. ErrSpent if too few are left, ErrConflict if the version differs or the record is gone.
	SpendUses(ctx context.Context, t Token, n int64) (uses int64, err error)
	// SpendCalls is SpendUses for one scope: it adds n to the stored Calls for the scope, which stay within
	// t.MaxCalls for it, and returns the new count. Without a limit for the scope there are none to spend.
	SpendCalls(ctx context.Context, t Token, scope Scope, n int64) (calls int64, err error)
	// Tokens returns a page of an owner's tokens, newest first (by falling prefix), from the first one below
	// before ("": from the newest), at most max. next is where to go on, "" at the end; a page may be short,
	// even empty, and not be the last.
	Tokens(ctx context.Context, owner OwnerID, tag Tag, before Prefix, max int) (page []Token, next Prefix, err error)
	// CountLive counts the owner's tokens that are Live at the time.
	CountLive(ctx context.Context, owner OwnerID, tag Tag, at time.Time) (int, error)
	// FindTokens returns tokens of any owner whose prefix begins with the fragment (4 to 16 characters), by
	// rising prefix, from the first one above after, at most max. It may lag behind writes.
	FindTokens(ctx context.Context, fragment string, after Prefix, max int) ([]Token, error)

	// Due returns the prefixes of tokens whose DueAt is not after at, soonest first, at most max; fewer only where there are
	// no more. It may lag behind writes, and so name a token that is due no more.
	Due(ctx context.Context, at time.Time, max int) ([]Prefix, error)

	// Answer returns the stored answer for the key, whatever its age. ErrNotFound if there is none.
	Answer(ctx context.Context, tag Tag, key string) (Answer, error)

	// Close releases what the store holds; later calls fail.
	Close() error
}

// What a store answers when a condition does not hold. The last three are kinds of ErrConflict.
var (
	ErrNotFound    = errors.New("record not found")
	ErrConflict    = errors.New("record is not in the state that the write requires")
	ErrSpent       = errors.New("too few uses are left")
	ErrCallerMoved = errors.New("the caller is not any more what it was")
	ErrPrefixTaken = fmt.Errorf("prefix is taken: %w", ErrConflict)
	ErrOwnerMoved  = fmt.Errorf("owner's version has moved: %w", ErrConflict)
	ErrAnswerTaken = fmt.Errorf("an answer is stored: %w", ErrConflict)
)

// Standing is whom a write is made for, as he was when he was authenticated. The write happens only if he still
// is: his rights cannot have been taken away between the two. What is "" is not asked for. A record that the
// write itself replaces can be named too; its stored state counts.
type Standing struct {
	Owner   OwnerID // whose row must be at Epoch
	Epoch   int64
	Token   Prefix // whose record must be at Version
	Version int64
}

// NewToken is what CreateToken writes.
type NewToken struct {
	Token Token // Version 1
	// OwnerVersion is the version of Token.Owner's row on which the limit was judged. The row must still be
	// at it, and moves to the next. 0: no limit was judged. The row must then be at Token.OwnerEpoch, and stays as it
	// is, so that makers do not stand in each other's way.
	OwnerVersion int64
	// By is the caller that makes it.
	By Standing
	// Answer, if not nil, must not be stored yet, or be past its Until at Token.CreatedAt.
	Answer *Answer
}

// Answer is what a request with an idempotency key was answered, to be repeated for a while.
type Answer struct {
	Tag    Tag    // of the caller's owner
	Key    string // a digest of who asked, for what, under which idempotency key
	Body   Hash   // of the request
	Sealed []byte // readable only with the service's key and the given idempotency key
	Until  time.Time
}
