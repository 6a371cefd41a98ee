package pat

// Op names one operation of the service. In the one process all of them are served; on AWS each is a
// function of its own, and the name is the function's folder.
type Op string

// The operations. The first six are the life of a token.
const (
	OpCreate  Op = "create"
	OpList    Op = "list"
	OpGet     Op = "get"
	OpPatch   Op = "patch"
	OpDelete  Op = "delete"
	OpVerify  Op = "verify"
	OpSession Op = "session"
	OpUser    Op = "user"
	// OpCleanup and OpNotify have no routes: what is done by itself as records change, and as time passes. In the one
	// process nobody calls for them.
	OpCleanup Op = "cleanup"
	OpNotify  Op = "notify"
	// OpFallback answers what no route is for: on AWS, the gateway's $default route. It has no rights to anything.
	OpFallback Op = "fallback"
)

// Ops returns every operation that has routes.
func Ops() []Op {
	return []Op{OpCreate, OpList, OpGet, OpPatch, OpDelete, OpVerify, OpSession, OpUser, OpFallback}
}

// Background returns the operations that have no routes.
func Background() []Op { return []Op{OpCleanup, OpNotify} }
