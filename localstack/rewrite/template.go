package rewrite

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Stage is the one stage that the REST API has, and that stands in front of every path of its own address.
const Stage = "local"

// Change is one place that is written otherwise.
type Change struct{ At, Was, Is string }

func (c Change) String() string { return fmt.Sprintf("%s: %s: %s", c.At, orNone(c.Was), orNone(c.Is)) }

func orNone(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// Template rewrites a template, which `sam build` wrote for a processor as Go names it, and says where it differs.
func Template(built []byte, processor string) (template []byte, changes []Change, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(built, &document); err != nil {
		return nil, nil, err
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, nil, errors.New("a template is a mapping")
	}
	w := writer{root: document.Content[0], apis: map[string]bool{}}
	for _, step := range []func() error{w.gateways, w.routes, w.addresses, w.leave} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	if err := w.architecture(processor); err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := errors.Join(encoder.Encode(&document), encoder.Close()); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), w.changes, nil
}

// writer rewrites one template in its place.
type writer struct {
	root    *yaml.Node
	apis    map[string]bool // the logical ids of the gateways
	changes []Change
}

func (w *writer) note(at, was, is string) { w.changes = append(w.changes, Change{at, was, is}) }

// architecture has the functions run on the processor that they were built for.
func (w *writer) architecture(processor string) error {
	here, known := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[processor]
	if !known {
		return fmt.Errorf("there are no functions for %s on Lambda", processor)
	}
	preset := value(value(value(w.root, "Parameters"), "Architecture"), "Default")
	if preset == nil {
		return errors.New("the template has no parameter Architecture with a default")
	}
	if preset.Value != here {
		w.note("Parameters.Architecture.Default", preset.Value, here)
		preset.Value = here
	}
	return nil
}
