package scenarios

import (
	_ "embed" // for the template
	"strings"
)

//go:embed template.toml
var template string

// Template returns a commented scenario to start from, under the given name. It
// loads without errors.
func Template(name string) []byte {
	inString := strings.Trim(quote(name), `"`)
	first := strings.NewReplacer("\n", " ", "\r", " ")
	lines := strings.SplitAfter(template, "\n")
	for i, line := range lines {
		text := inString
		if strings.HasPrefix(line, "#") {
			text = first.Replace(name)
		}
		lines[i] = strings.ReplaceAll(line, "NAME", text)
	}
	return []byte(strings.Join(lines, ""))
}
