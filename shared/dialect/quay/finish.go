package quay

import (
	"net/http"

	"latchkey/shared/dialect"
)

// finish lets pages of any origin use the API, as the product does: a credential is never one that a browser adds by
// itself. What asks first, by OPTIONS, is answered 200.
func finish(r *dialect.Request, res *dialect.Response) {
	res.Header.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodOptions || res.Status != http.StatusNoContent {
		return
	}
	res.Status = http.StatusOK
	res.Header.Set("Access-Control-Allow-Methods", res.Header.Get("Allow"))
	res.Header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
}
