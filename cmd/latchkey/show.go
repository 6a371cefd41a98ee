package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// showTable writes rows under a heading, in columns.
func showTable(w io.Writer, heading []string, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(heading, "\t"))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = plain(cell); cell == "" {
				cells[i] = "-"
			}
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	return written(t.Flush())
}

// showFields writes pairs of a name and a value, one a line, without those that have no value.
func showFields(w io.Writer, pairs ...[2]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, pair := range pairs {
		if pair[1] != "" {
			fmt.Fprintf(t, "%s\t%s\n", pair[0], plain(pair[1]))
		}
	}
	return written(t.Flush())
}

// showJSON writes an answer as it came, on a line of its own. An answer without a body shows nothing.
func showJSON(w io.Writer, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	if !jsontext.Value(body).IsValid() {
		return errors.New("the answer is not JSON: is this the address of a Latchkey server?")
	}
	_, err := fmt.Fprintln(w, strings.TrimSpace(plainJSON(body)))
	return written(err)
}

func written(err error) error {
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func words(list []string) string { return strings.Join(list, " ") }

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// shortTime is a time to the minute, in UTC like all that the server says.
func shortTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}
