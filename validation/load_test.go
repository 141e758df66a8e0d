package validation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const group = `title    = "T"
shows    = "S"
source   = "B"
scenario = "stale-reads"
`

// TestMistakes reads groups with mistakes. The scenario is a shipped one.
func TestMistakes(t *testing.T) {
	const line = "[lines.a]\nvariant = \"leader\"\nfigure = \"stale_reads.rate\"\n"
	const rule = "[rule]\nkind = \"statistical\"\n"
	for _, c := range []struct{ text, want string }{
		{group, `lines: no lines; expected tables such as [lines.NAME]`},
		{group + line + "exact = \"1%\"\n", `x.toml:5:8: lines.a.rule: no rule, neither here nor for the group; expected a table [rule]`},
		{group + rule + line, `x.toml:7:8: lines.a: no expected value; expected exact, published, measured or repetitions`},
		{group + rule + line + "exact = \"1%\"\nmeasured = \"1%\"\n", `x.toml:11:1: lines.a.measured: a second expected value, beside exact`},
		{group + rule + line + "exact = \"one\"\n", `x.toml:10:1: lines.a.exact: "one" is no number, percentage, rate or duration`},
		{group + rule + line + "exact = \"0%\"\n", `x.toml:7:8: lines.a: a share of 0 is 0; expected a rule of kind absolute`},
		{group + rule + line + "measured = \"1%\"\nn = 3\n", `lines.a: n and sd belong together`},
		{group + rule + line + "measured = \"1%\"\nn = 3\nsd = \"1ms\"\n", `x.toml:12:1: lines.a.sd: another unit than measured`},
		{group + rule + line + "repetitions = [\"1%\"]\n", `lines.a.repetitions: one repetition has no spread`},
		{group + rule + line + "repetitions = [\"1%\", \"2ms\"]\n", `"2ms" is of another unit than "1%"`},
		{group + rule + line + "repetitions = [\"1%\", \"2%\"]\nexact = \"1%\"\n", `repetitions beside exact`},
		{group + rule + line + "repetitions = [\"1%\", \"2%\"]\nn = 2\n", `n and sd follow from the repetitions`},
		{group + rule + strings.Replace(line, "leader", "laeder", 1) + "exact = \"1%\"\n", `x.toml:8:1: lines.a.variant: the scenario has no variant "laeder"; did you mean "leader"?`},
		{group + rule + strings.Replace(line, "variant = \"leader\"\n", "", 1) + "exact = \"1%\"\n", `lines.a.variant: the scenario has several variants; expected one of leader`},
		{group + rule + "within = \"1ms\"\n" + line + "exact = \"1%\"\n", `x.toml:7:1: rule.within: means nothing to a rule of kind statistical; expected false_alarm, floor, precision`},
		{group + rule + "false_alarm = 0.5\n" + line + "exact = \"1%\"\n", `x.toml:7:1: rule.false_alarm: 0.5 is too large`},
		{group + "[rule]\nkind = \"absolute\"\n" + line + "exact = \"1%\"\n", `rule.within: missing`},
		{group + "[rule]\nkind = \"absolute\"\nwithin = \"1ms\"\n" + line + "exact = \"1%\"\n", `within is of another unit than the expected value`},
		{group + "[rule]\nkind = \"relative\"\n" + line + "exact = \"1%\"\n", `rule.error: missing`},
		{group + "[rule]\nkind = \"sampling\"\n" + line + "measured = \"1%\"\n", `a rule of kind sampling needs the spread of the measurement`},
		{group + rule + line + "exact = \"1%\"\n[lines.a.rule]\nkind = \"relative\"\nerror = \"1%\"\nmedian_error = \"1%\"\n", `x.toml:14:1: lines.a.rule.median_error: a median needs more than one line`},
		{strings.Replace(group, "stale-reads", "stale-raeds", 1) + rule + line + "exact = \"1%\"\n", `x.toml:4:1: scenario: no scenario "stale-raeds"; did you mean "stale-reads"?`},
	} {
		path := filepath.Join(t.TempDir(), "x.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s\ngives: %v\nwant:  %s", c.text, err, c.want)
		}
	}
}

// TestLoad reads what a line may hold.
func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.toml")
	text := group + `[rule]
kind         = "relative"
error        = "20%"
median_error = "10%"
[lines.z]
variant  = "leader"
figure   = "stale_reads.rate"
measured = "2%"
n        = 4
sd       = "1%"
[lines.a]
label       = "A"
variant     = "leader"
figure      = "latency.read.mean"
repetitions = ["2ms", "3ms", "4ms"]
calibrated  = true
[lines.a.rule]
kind = "sampling"
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if g.Name != "mine" || g.Kind() != Measured || g.MedianError != 0.1 || len(g.Lines) != 2 {
		t.Errorf("read %+v", g)
	}
	z, a := g.Lines[0], g.Lines[1]
	if z.Label != "z" || z.Expected != 0.02 || z.N != 4 || z.SD != 0.01 || z.Rule != (Rule{Kind: Relative, Error: 0.2}) {
		t.Errorf("read %+v", z)
	}
	if a.Label != "A" || !a.Calibrated || near(a.Expected, 0.003) != nil || a.N != 3 || near(a.SD, 0.001) != nil ||
		a.Rule != (Rule{Kind: Sampling, FalseAlarm: samplingAlarm}) {
		t.Errorf("read %+v", a)
	}
}
