package rewrite

// unmade are the types of resources that LocalStack's CloudFormation does not make, and that can be left out.
var unmade = map[string]bool{"AWS::Events::Archive": true, "AWS::Logs::ResourcePolicy": true}

// leave leaves out what would not be made. Whatever refers to such a resource is then refused by CloudFormation.
func (w *writer) leave() error {
	resources := value(w.root, "Resources")
	kept := mapping()
	for id, resource := range pairs(resources) {
		if kind := value(resource, "Type"); kind != nil && unmade[kind.Value] {
			w.note("Resources."+id, kind.Value, "")
			continue
		}
		kept.Content = append(kept.Content, text(id), resource)
	}
	resources.Content = kept.Content
	return nil
}
