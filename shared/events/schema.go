package events

import (
	"embed"
	"io/fs"
)

//go:embed schema
var schemas embed.FS

// Schemas returns the JSON Schemas (2020-12): for each type one of that name, and token.v1.json, which they all refer to.
func Schemas() fs.FS {
	all, err := fs.Sub(schemas, "schema")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return all
}
