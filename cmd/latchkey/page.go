package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// pageFlags say how much of a listing is wanted.
type pageFlags struct {
	Limit int  `placeholder:"N" help:"At most so many (a page, with --all)."`
	All   bool `help:"All pages, not only the first."`
}

// listing is a path that answers in pages.
type listing struct {
	path, member string
	query        url.Values
	heading      []string
}

// page is one answer of a listing.
type page struct {
	items []jsontext.Value
	next  string
}

// list shows a listing as a table, one row for each item.
func list[T any](env *environment, r remote, flags pageFlags, l listing, row func(T) []string) error {
	server, err := r.client(env)
	if err != nil {
		return err
	}
	items, more, body, err := server.pages(env, flags, l)
	if err != nil {
		return err
	}
	if more {
		fmt.Fprintln(env.stderr, "There are more: --all lists all of them.")
	}
	if r.JSON {
		return showJSON(env.stdout, body)
	}
	rows := make([][]string, len(items))
	for i, item := range items {
		var v T
		if err := (answer{body: item}).decode(&v); err != nil {
			return err
		}
		rows[i] = row(v)
	}
	return showTable(env.stdout, l.heading, rows)
}

// pages gets the first page or all of them; body is what came, or one page made of all.
func (c *client) pages(env *environment, flags pageFlags, l listing) (items []jsontext.Value, more bool, body []byte, err error) {
	query := url.Values{}
	for name, values := range l.query {
		query[name] = values
	}
	if flags.Limit != 0 {
		query.Set("limit", strconv.Itoa(flags.Limit))
	}
	for {
		a, err := c.do(env.ctx, call{method: http.MethodGet, path: l.path, query: query})
		if err != nil {
			return nil, false, nil, err
		}
		p, err := l.page(a)
		if err != nil {
			return nil, false, nil, err
		}
		items = append(items, p.items...)
		switch {
		case !flags.All:
			return items, p.next != "", a.body, nil
		case p.next == "":
			body, err := json.Marshal(map[string]any{l.member: append([]jsontext.Value{}, items...)})
			return items, false, body, err
		case p.next == query.Get("cursor"):
			return nil, false, nil, errors.New("the listing does not go on: the server gave the same cursor twice")
		}
		query.Set("cursor", p.next)
	}
}

func (l listing) page(a answer) (p page, err error) {
	var members map[string]jsontext.Value
	if err := a.decode(&members); err != nil {
		return p, err
	}
	if err := (answer{body: members[l.member]}).decode(&p.items); err != nil {
		return p, err
	}
	if next := members["nextCursor"]; next != nil {
		err = answer{body: next}.decode(&p.next)
	}
	return p, err
}
