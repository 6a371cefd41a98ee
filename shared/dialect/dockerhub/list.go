package dockerhub

import (
	"context"
	"net/http"
	"strconv"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

const (
	defaultPage = 10
	maxPage     = 100
)

// listRequest asks for a page, and remembers at which address.
type listRequest struct {
	pat.NumberedRequest
	self string
}

// listResult is a page with the addresses of its neighbours.
type listResult struct {
	pat.NumberedResult
	next, previous *string
}

func decodeList(r *dialect.Request) (listRequest, error) {
	q, err := query(r)
	if err != nil {
		return listRequest{}, err
	}
	var f fields
	req := pat.NumberedRequest{Page: f.number(q, "page", 1), Size: min(f.number(q, "page_size", defaultPage), maxPage)}
	return listRequest{req, r.BaseURL() + r.URL.Path}, f.Err()
}

func list(svc *pat.Service) func(context.Context, pat.Caller, listRequest) (listResult, error) {
	return func(ctx context.Context, c pat.Caller, req listRequest) (listResult, error) {
		page, err := svc.ListNumbered(ctx, c, req.NumberedRequest)
		if err != nil {
			return listResult{}, err
		}
		result := listResult{NumberedResult: page}
		if page.More {
			result.next = req.at(req.Page + 1)
		}
		if last := (page.Total + req.Size - 1) / req.Size; req.Page > 1 && last > 0 {
			result.previous = req.at(min(req.Page-1, last))
		}
		return result, nil
	}
}

// at is the address of a page, absolute on the very host and scheme that the client used: one client cuts its own base
// off the front, another asks for it as it stands.
func (req listRequest) at(page int) *string {
	address := req.self + "?page=" + strconv.Itoa(page) + "&page_size=" + strconv.Itoa(req.Size)
	return &address
}

func encodeList(page listResult) (dialect.Response, error) {
	out := struct {
		Count    int         `json:"count"`
		Next     *string     `json:"next"`
		Previous *string     `json:"previous"`
		Active   int         `json:"active_count"`
		Results  []tokenView `json:"results"`
	}{page.Total, page.next, page.previous, page.Enabled, make([]tokenView, len(page.Tokens))}
	for i, t := range page.Tokens {
		var err error
		if out.Results[i], err = view(t); err != nil {
			return dialect.Response{}, err
		}
	}
	return dialect.JSON(http.StatusOK, out)
}
