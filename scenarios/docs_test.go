package scenarios

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/jsonschema-go/jsonschema"
)

// TestReference keeps docs/scenario-reference.md current.
func TestReference(t *testing.T) {
	golden(t, "../docs/scenario-reference.md", Reference())
}

// TestSchema keeps schema.json current, and holds it against scenarios: what loads
// is valid, and an editor notices the commonest slips.
func TestSchema(t *testing.T) {
	golden(t, "schema.json", string(Schema()))
	var schema jsonschema.Schema
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	valid := map[string][]byte{"template": Template("x")}
	for _, e := range Shipped() {
		valid[e.Path] = e.Source()
	}
	for _, file := range glob(t, "testdata/good/*.toml") {
		if valid[file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range valid {
		if err := resolved.Validate(asJSON(t, data)); err != nil {
			t.Errorf("%s loads, but the schema refuses it: %v", name, err)
		}
	}
	for _, name := range []string{"unknown-keys", "types-and-units", "ranges", "arrays-of-tables"} {
		data, err := os.ReadFile(filepath.Join("testdata/bad", name+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(asJSON(t, []byte(strings.NewReplacer("nan", "0", "inf", "0").Replace(string(data))))); err == nil {
			t.Errorf("the schema takes %s", name)
		}
	}
}

// asJSON decodes TOML to what decoding JSON gives.
func asJSON(t *testing.T, data []byte) any {
	t.Helper()
	values := make(map[string]any)
	if _, err := toml.Decode(string(data), &values); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKeysAreDescribed: every key has an explanation, for it is all that the
// reference and editors show.
func TestKeysAreDescribed(t *testing.T) {
	for typ, fields := range format {
		for _, f := range fields {
			if f.doc == "" {
				t.Errorf("%v: the key %s has no doc tag", typ, f.key)
			}
			if f.leaf == nil {
				continue
			}
			if f.given != nil {
				if _, flaws := f.leaf.read(f.leaf, f.given); len(flaws) > 0 {
					t.Errorf("%v: the default of %s cannot be read: %s", typ, f.key, flaws[0].message)
				}
			}
		}
	}
}
