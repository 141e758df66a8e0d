package validation

// groupKeys are the keys of a group's file.
type groupKeys struct {
	Title    string              `toml:"title" required:"yes"`
	Shows    string              `toml:"shows" required:"yes"`
	Source   string              `toml:"source" required:"yes"`
	Scenario string              `toml:"scenario" required:"yes"`
	Rule     *ruleKeys           `toml:"rule"`
	Lines    map[string]lineKeys `toml:"lines"`
}

// lineKeys are the keys of a line.
type lineKeys struct {
	Label   string `toml:"label"`
	Variant string `toml:"variant"`
	Figure  string `toml:"figure" required:"yes"`

	Exact       string   `toml:"exact"`
	Published   string   `toml:"published"`
	Measured    string   `toml:"measured"`
	Repetitions []string `toml:"repetitions"`
	N           int      `toml:"n" min:"0"`
	SD          string   `toml:"sd"`

	Formula    string    `toml:"formula"`
	Source     string    `toml:"source"`
	Note       string    `toml:"note"`
	Calibrated bool      `toml:"calibrated"`
	Rule       *ruleKeys `toml:"rule"`
}

// ruleKeys are the keys of a rule. Pointers tell an absent key from a zero.
type ruleKeys struct {
	Kind        string   `toml:"kind" required:"yes" enum:"absolute,statistical,relative,sampling"`
	Within      string   `toml:"within"`
	FalseAlarm  *float64 `toml:"false_alarm" above:"0" max:"0.05"`
	Floor       *float64 `toml:"floor" unit:"ratio" max:"10%"`
	Precision   *float64 `toml:"precision" unit:"ratio" above:"0%"`
	Error       *float64 `toml:"error" unit:"ratio" above:"0%"`
	MedianError *float64 `toml:"median_error" unit:"ratio" above:"0%"`
}
