package workload_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"replsim/sim"
	"replsim/workload"
)

func TestConfigErrors(t *testing.T) {
	point := func(at time.Duration, f float64) workload.Point { return workload.Point{At: at, Factor: f} }
	for want, edit := range map[string]func(*workload.Config){
		"there are no servers":                func(c *workload.Config) { c.Servers = nil },
		"Leader is not one of the servers":    func(c *workload.Config) { c.Leader = 5 },
		"FirstSession is negative":            func(c *workload.Config) { c.FirstSession = -1 },
		"more than 131072 clients in the run": func(c *workload.Config) { c.FirstSession = 131072 },
		"Rate must be between 0 and 1e9":      func(c *workload.Config) { c.Rate = math.NaN() },
		"there is no such Process":            func(c *workload.Config) { c.Process = 9 },
		"BurstSize must be at least 1":        func(c *workload.Config) { c.Process, c.BurstSize = workload.Bursts, 0 },
		"Writes and ReadOwn must be between":  func(c *workload.Config) { c.ReadOwn = 1.1 },
		"Keys must be between 1 and 2^31-1":   func(c *workload.Config) { c.Keys = 0 },
		"there is no such ReadsFrom":          func(c *workload.Config) { c.ReadsFrom = 99 },
		"MaxLag is negative":                  func(c *workload.Config) { c.MaxLag = -1 },
		"LagPoll must be positive":            func(c *workload.Config) { c.ReadsFrom, c.LagPoll = workload.ReadLeastLag, 0 },
		"Timeout must be positive":            func(c *workload.Config) { c.Timeout = 0 },
		"Retries and Backoff must not be":     func(c *workload.Config) { c.Retries = -1 },
		"Jitter must be between 0 and 1":      func(c *workload.Config) { c.Jitter = -0.1 },
		"ValueSize is negative":               func(c *workload.Config) { c.ValueSize = -1 },
		"there is no such Law of popularity":  func(c *workload.Config) { c.Popularity.Law = 9 },
		"the Exponent must be between 0 and":  func(c *workload.Config) { c.Popularity = workload.Popularity{Law: workload.Zipf, Exponent: -1} },
		"HotKeys and HotOps must be between":  func(c *workload.Config) { c.Popularity = workload.Popularity{Law: workload.Hot, HotOps: 2} },
		"the points of Profile must be in":    func(c *workload.Config) { c.Profile.Points = []workload.Point{point(2, 1), point(1, 1)} },
		"the factors of Profile must be":      func(c *workload.Config) { c.Profile.Points = []workload.Point{point(0, -1)} },
		"a Profile needs a positive factor":   func(c *workload.Config) { c.Profile.Points = []workload.Point{point(0, 0)} },
		"needs points from 0 to Period": func(c *workload.Config) {
			c.Profile = workload.Profile{Period: 5, Points: []workload.Point{point(0, 1)}}
		},
		"needs a positive factor for a while": func(c *workload.Config) { c.Profile = spike },
	} {
		cfg := config()
		cfg.Servers = []workload.Server{{ID: 0}}
		edit(&cfg)
		_, err := workload.Build(sim.New(1), cfg, []sim.NodeConfig{{Name: "c"}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), `workload: clients "users": `) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// spike repeats a positive factor that lasts no time.
var spike = workload.Profile{Period: 4, Points: []workload.Point{{At: 0}, {At: 2}, {At: 2, Factor: 1}, {At: 2}, {At: 4}}}
