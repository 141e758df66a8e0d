// Package scenarios reads scenario files: which cluster, which load, which
// faults, which variants to compare, what to expect. The loader is strict and
// reports all mistakes of a file at once, each with its line and column.
//
// To read the package: this file is the format; read.go turns text into a tree that
// knows where everything stands; load.go merges what is extended and overridden;
// decode.go fills the types, kind by kind (kinds.go); derive.go adds the defaults
// that follow from other keys; the check files hold keys against each other.
//
// The types in this file are the format: the JSON Schema and the reference of
// keys are generated from their tags. `doc` explains a key, `default` is its
// value when absent, `enum` lists the words it takes, `min`, `max` and `above` (an
// open bound) bound it; `required` keys must be given. Amounts are never negative
// unless `signed`. `unit` tells apart what is one type to Go: a ratio is written
// as a percentage, a rate as "200/s", a size as "4KiB", a bandwidth as "10MiB/s".
// `kinds` names the faults or charts that a key belongs to, `models` the replication
// protocols.
package scenarios

import (
	"time"

	"replsim/sim/dist"
)

// Scenario is one experiment, resolved: defaults filled in, extends merged, and
// the overrides of one variant applied.
type Scenario struct {
	Title    string        `toml:"title" required:"yes" doc:"what the scenario shows, in one line"`
	Question string        `toml:"question" doc:"what a reader should ask before running it"`
	Extends  string        `toml:"extends" doc:"another scenario, by relative path or by name if it is a shipped one: tables merge, values and distributions replace"`
	Preset   string        `toml:"preset" doc:"a shipped set of defaults, such as those of a real database: it stands below this file and what it extends, and above the built-in defaults; \"\": none. A variant's own replaces it"`
	Duration time.Duration `toml:"duration" default:"60s" min:"1ms" doc:"simulated time during which clients are active"`
	Warmup   time.Duration `toml:"warmup" default:"0s" doc:"cut from every measure at the start; loss is always counted"`
	Drain    time.Duration `toml:"drain" default:"30s" doc:"at most this much simulated time after the end, faults healed, for replicas to catch up"`
	Sample   time.Duration `toml:"sample" doc:"grid of the curves over time (default: duration/100)"`
	Seeds    int           `toml:"seeds" default:"30" min:"1" max:"1000000" doc:"independent replications of every variant"`
	Seed     uint64        `toml:"seed" default:"1" doc:"base seed: replication i uses seed+i"`

	Places      map[string]Place  `toml:"places" doc:"where nodes and clients live: availability zones, data centres, offices"`
	Cluster     Cluster           `toml:"cluster" doc:"the replicated database"`
	Nodes       map[string]Node   `toml:"nodes" doc:"settings of single nodes, by name (r1, r2, …)"`
	Network     Network           `toml:"network" doc:"delays and losses between places"`
	Disk        Disk              `toml:"disk" doc:"the log on every node's disk"`
	CPU         CPU               `toml:"cpu" doc:"service times, so that queues form under load"`
	Clock       Clock             `toml:"clock" doc:"how wrong the nodes' clocks are"`
	Replication Replication       `toml:"replication" doc:"how records get from one node to another: the commit rule of leader-follower replication, and costs that all models share"`
	Failover    Failover          `toml:"failover" models:"leader" doc:"who watches the leader and replaces it, and what keeps the old one from writing; without a manager, only faults of kind promote do"`
	Proxy       Proxy             `toml:"proxy" doc:"proxies between clients and replicas, as HAProxy before a Patroni cluster: for clients with redirect = \"proxy\""`
	DNS         DNS               `toml:"dns" doc:"the leader's name: for clients with redirect = \"dns\""`
	Paxos       Paxos             `toml:"paxos" models:"paxos" doc:"Multi-Paxos: quorums, who proposes, and how reads are served"`
	Raft        Raft              `toml:"raft" models:"raft" doc:"Raft: elections, reads, members"`
	Workload    Workload          `toml:"workload" doc:"what every client does, unless its group says otherwise"`
	Agents      Agents            `toml:"agents" models:"leader" doc:"manager = \"lease\": agents beside the replicas, as Patroni"`
	Store       Store             `toml:"store" models:"leader" doc:"manager = \"lease\": the consensus store that holds the lease, as etcd"`
	Clients     map[string]Client `toml:"clients" doc:"named groups of clients; without any, there is one group called clients"`
	Faults      map[string]Fault  `toml:"faults" doc:"named faults; the names appear on charts"`
	Check       Check             `toml:"check" doc:"what is examined beyond the usual figures, and how strictly"`
	Expect      map[string]string `toml:"expect" doc:"figure = comparison, such as \"data_loss.total\" = \"== 0\"; add .min, .max, .lo or .hi for another statistic than the mean"`
	Compare     string            `toml:"compare" doc:"the variant that the others are compared with (default: the first)"`
	Charts      map[string]Chart  `toml:"charts" doc:"named charts; without any, a standard set is drawn"`
	// Variants appear in the file as [variants.NAME]: label, and any key of the
	// scenario to override. They are returned by File.Variants, already applied.
}

// Place is where nodes and clients live.
type Place struct {
	Region string `toml:"region" doc:"region that the place is in (default: the place is a region of its own)"`
	Zone   string `toml:"zone" doc:"zone that the place is in (default: the place itself)"`
}

// Cluster says which protocol runs on how many replicas.
type Cluster struct {
	Model    string   `toml:"model" default:"leader" doc:"the replication protocol"` // catalogue names
	Replicas int      `toml:"replicas" default:"3" min:"1" max:"99" doc:"nodes r1, r2, …; r1 leads at the start"`
	Places   []string `toml:"places" doc:"places of r1, r2, … in turn (default: all in the first place)"`
}

// Node overrides settings of one node.
type Node struct {
	Place  string         `toml:"place" doc:"where the node is"`
	Offset *time.Duration `toml:"clock_offset" signed:"yes" doc:"this node's clock minus true time"`
	Drift  *float64       `toml:"clock_drift" signed:"yes" doc:"parts per million by which its clock runs fast"`
	CPU    float64        `toml:"cpu_factor" default:"1" above:"0" doc:"service times are multiplied by this (2 = half as fast)"`
	Disk   float64        `toml:"disk_factor" default:"1" above:"0" doc:"flush times are multiplied by this"`
}

// Network holds the defaults of all links and the exceptions.
type Network struct {
	Delay       dist.Spec       `toml:"delay" default:"lognormal(median=500us, p99=2ms)" doc:"one-way delay of a message between two places"`
	Local       dist.Spec       `toml:"local_delay" default:"lognormal(median=100us, p99=500us)" doc:"one-way delay within one place"`
	Order       string          `toml:"order" default:"in-order" enum:"in-order,unordered" doc:"in-order: a TCP stream, a late message holds back all later ones; unordered: every message for itself"`
	JitterHold  time.Duration   `toml:"jitter_hold" default:"0s" doc:"a drawn delay holds for this long, so that a burst travels together"`
	Loss        float64         `toml:"loss" default:"0%" unit:"ratio" min:"0%" max:"100%" doc:"share of messages lost (in-order links retransmit: see retransmit)"`
	Retransmit  time.Duration   `toml:"retransmit" default:"200ms" doc:"in-order links: a lost message arrives this much later instead of never (TCP's time-out)"`
	Duplication float64         `toml:"duplication" default:"0%" unit:"ratio" min:"0%" max:"100%" doc:"share of messages that arrive twice (unordered links only)"`
	Bandwidth   int64           `toml:"bandwidth" unit:"bandwidth" doc:"of each direction of a link (default: unlimited)"`
	Links       map[string]Link `toml:"links" doc:"named exceptions"`
}

// Link overrides the network's settings between two ends: nodes, places,
// zones, regions or client groups.
type Link struct {
	Between     []string       `toml:"between" doc:"the two ends, both directions"`
	From        string         `toml:"from" doc:"one direction only: the sending end"`
	To          string         `toml:"to" doc:"one direction only: the receiving end"`
	Delay       *dist.Spec     `toml:"delay" doc:"one-way delay"`
	Order       string         `toml:"order" enum:"in-order,unordered" doc:"see [network]"`
	JitterHold  *time.Duration `toml:"jitter_hold" doc:"see [network]"`
	Loss        *float64       `toml:"loss" unit:"ratio" min:"0%" max:"100%" doc:"share of messages lost"`
	Duplication *float64       `toml:"duplication" unit:"ratio" min:"0%" max:"100%" doc:"share of messages that arrive twice"`
	Bandwidth   *int64         `toml:"bandwidth" unit:"bandwidth" doc:"of each direction"`
}

// Disk is the log device of every node.
type Disk struct {
	Flush     dist.Spec     `toml:"flush" default:"lognormal(median=1ms, p99=4ms)" doc:"time of one flush (fsync); all records waiting when it starts share it (group commit)"`
	Bandwidth int64         `toml:"bandwidth" unit:"bandwidth" doc:"a flush also takes its size divided by this (default: unlimited)"`
	Cold      dist.Spec     `toml:"cold" default:"0s" doc:"added to the first flush after the disk was idle"`
	ColdAfter time.Duration `toml:"cold_after" default:"5ms" above:"0s" doc:"idle time after which all of cold is added; before that, a part in proportion"`
}

// CPU holds how many servers a node has and how long each kind of work takes.
type CPU struct {
	Cores     int           `toml:"cores" default:"4" min:"1" doc:"requests served at once"`
	Read      dist.Spec     `toml:"read" default:"100us" doc:"service time of a read"`
	Write     dist.Spec     `toml:"write" default:"200us" doc:"service time of a write at the leader"`
	Ship      dist.Spec     `toml:"ship" default:"0s" doc:"service time for sending one batch of records to one follower"`
	Append    dist.Spec     `toml:"append" default:"0s" doc:"service time for receiving one batch of records at a follower (raft: also a heartbeat, or what a follower passes on)"`
	Cold      dist.Spec     `toml:"cold" default:"0s" doc:"added to the first piece of work of a replica or a client after it was idle: sleeping cores and cold caches"`
	ColdAfter time.Duration `toml:"cold_after" default:"5ms" above:"0s" doc:"idle time after which all of cold is added; before that, a part in proportion"`
	Wake      dist.Spec     `toml:"wake" default:"0s" doc:"service time for waking who has waited: whoever asked for a flush, the session that flushes next, idle appliers, and the session of each write that waited for a flush or for followers"`
}

// Clock says how wrong the nodes' clocks are, unless a node says otherwise.
type Clock struct {
	Offset dist.Spec `toml:"offset" default:"0s" doc:"spread of the nodes' clocks around true time; the sign is drawn"`
	Drift  float64   `toml:"drift" default:"0" doc:"largest drift in parts per million; each node draws its own in ±drift"`
}

// Replication configures the leader-follower model.
type Replication struct {
	Commit        string        `toml:"commit" models:"leader" default:"async" enum:"async,any,first,all" doc:"whose acknowledgements a commit waits for: nobody's, any acks of the followers, the first acks of the standbys list, or all"`
	Acks          int           `toml:"acks" models:"leader" default:"1" min:"1" doc:"how many, for any and first"`
	Standbys      []string      `toml:"standbys" models:"leader" doc:"followers that count, in order of priority (default: all, in order); a leader passes over its own name"`
	Level         string        `toml:"level" models:"leader" default:"flushed" enum:"received,flushed,applied" doc:"what a follower must have done with a record before it counts"`
	LocalFlush    bool          `toml:"local_flush" models:"leader" default:"true" doc:"whether the leader's own flush comes before the answer"`
	FlushEvery    time.Duration `toml:"flush_every" models:"leader" default:"200ms" doc:"with local_flush = false: how often the log writer flushes in the background"`
	FlushPage     int64         `toml:"flush_page" models:"leader" unit:"size" doc:"with local_flush = false: the background flush leaves the last page of this size until it is full or nothing else is left (PostgreSQL: 8KiB; default: it flushes all)"`
	Visible       string        `toml:"visible" models:"leader" default:"after-commit" enum:"after-commit,before-commit" doc:"when other sessions at the leader see a write: once the commit rule holds (PostgreSQL, MySQL AFTER_SYNC), or already after the local flush (MySQL AFTER_COMMIT)"`
	SyncLost      string        `toml:"sync_lost" models:"leader" default:"block" enum:"block,fallback,shrink" doc:"when acknowledgements stay away: block; fall back to async until a follower has caught up (MySQL semi-sync); or take silent followers out of the set (Patroni synchronous_mode)"`
	SyncTimeout   time.Duration `toml:"sync_timeout" models:"leader" default:"1s" doc:"for fallback and shrink: how long a follower may stay silent"`
	ShipEvery     time.Duration `toml:"ship_every" models:"leader" default:"0s" doc:"send records in batches of this period; 0: as soon as they are flushed"`
	ShipUnflushed bool          `toml:"ship_unflushed" models:"leader,raft" default:"false" doc:"send records before the leader's own flush has ended (MySQL ships after the flush, PostgreSQL too)"`
	Group         string        `toml:"group_commit" models:"leader" default:"overlap" enum:"overlap,wait" doc:"writes that share a flush are a group. overlap: the next group is flushed while the former waits for followers; wait: not before the former is committed (MySQL AFTER_SYNC)"`
	Feedback      string        `toml:"feedback" models:"leader" default:"level" enum:"level,every-level" doc:"when a follower acknowledges: level: once, when it has reached the level asked for (MySQL, Redis); every-level: when a record is received, when it is flushed and when it is applied (PostgreSQL)"`
	Heartbeat     time.Duration `toml:"heartbeat" models:"leader" default:"1s" above:"0s" doc:"an idle leader's position message; also how soon a lost connection is noticed and made anew"`
	ApplyWhen     string        `toml:"apply_when" models:"leader" default:"flushed" enum:"flushed,received" doc:"when a follower may apply a record: once it is on its disk (PostgreSQL), or at once (MySQL's relay log, Redis); what a crash then takes, readers may have seen"`
	Appliers      int           `toml:"appliers" models:"leader" default:"1" min:"1" doc:"parallel appliers on a follower; records become visible in log order, so an applier that is done waits for its turn"`
	Apply         dist.Spec     `toml:"apply" default:"50us" doc:"service time for applying one record on a follower"`
	LogKeep       int64         `toml:"log_keep" default:"100000" min:"1" doc:"records that the leader keeps for a follower that is behind; older ones need a snapshot"`
	SnapshotRate  int64         `toml:"snapshot_rate" default:"100MiB/s" unit:"bandwidth" min:"1B/s" doc:"speed at which a snapshot is read and sent"`
	RecordSize    int64         `toml:"record_size" default:"256B" unit:"size" min:"1B" doc:"bytes of one log record, for traffic and bandwidth"`
}

// Proxy describes the proxies that find the leader for their clients. They are nodes
// proxy1, proxy2, …
type Proxy struct {
	Places       []string      `toml:"places" doc:"one proxy in each of these; a client uses the nearest (default: one where r1 is)"`
	CheckInter   time.Duration `toml:"check_inter" default:"2s" above:"0s" doc:"from the end of a check, which asks a server whether it leads, to the next one (HAProxy: inter)"`
	FastInter    time.Duration `toml:"fast_inter" above:"0s" doc:"the same while a server is on its way up or down (HAProxy: fastinter; default: as check_inter)"`
	CheckTimeout time.Duration `toml:"check_timeout" above:"0s" doc:"a check without an answer after this has failed (HAProxy: timeout check; default: as check_inter)"`
	Rise         int           `toml:"rise" default:"2" min:"1" doc:"successful checks in a row until requests go to a server"`
	Fall         int           `toml:"fall" default:"3" min:"1" doc:"failed checks in a row until none do any more, and its connections are closed"`
}

// DNS describes the name server, a node dns.
type DNS struct {
	Place  string        `toml:"place" doc:"where the name server is (default: where r1 is)"`
	TTL    time.Duration `toml:"ttl" default:"5s" doc:"how long a client uses an address before it asks again; where in this time a client is when the leader changes, is chance"`
	Update dist.Spec     `toml:"update" default:"0s" doc:"from a new leader's announcement until lookups return its address"`
}

// Workload is what a client does. Every key may be set per client group too.
type Workload struct {
	Clients    int            `toml:"clients" default:"10" min:"1" doc:"clients in the group"`
	Places     []string       `toml:"places" doc:"places of the clients, in turn (default: where r1 is)"`
	Rate       float64        `toml:"rate" unit:"rate" max:"1000000000/s" doc:"open loop: operations of the whole group; without it, or with \"0/s\", the loop is closed"`
	Think      dist.Spec      `toml:"think" default:"0s" doc:"closed loop: pause of a client between an answer and its next operation"`
	Arrivals   string         `toml:"arrivals" default:"poisson" enum:"poisson,constant,bursts" doc:"open loop: how operations arrive"`
	BurstSize  int            `toml:"burst_size" default:"10" min:"1" doc:"operations per burst; bursts arrive as a Poisson process"`
	Profile    []ProfilePoint `toml:"profile" doc:"open loop: factor on the rate over time, as a list of [\"10s\", 2.5] pairs, linear in between"`
	Diurnal    *Diurnal       `toml:"diurnal" doc:"open loop: a daily curve instead of a profile"`
	Writes     float64        `toml:"writes" default:"10%" unit:"ratio" min:"0%" max:"100%" doc:"share of writes"`
	Keys       int            `toml:"keys" default:"1000" min:"1" doc:"number of records"`
	Popularity string         `toml:"popularity" default:"uniform" doc:"which records are used: uniform, zipf(0.99), or hot(1%, 90%): 1% of records get 90% of operations"`
	ReadOwn    float64        `toml:"read_own_writes" default:"0%" unit:"ratio" min:"0%" max:"100%" doc:"share of reads that ask for the record this client wrote last"`
	WritesTo   string         `toml:"writes_to" default:"leader" enum:"leader,nearest" doc:"where writes go: to the leader, or to the nearest node, which may pass them on (see raft.forward_writes)"`
	ReadsFrom  string         `toml:"reads_from" default:"leader" enum:"leader,any,followers,nearest,round-robin,least-lag,max-lag" doc:"where reads go"`
	Redirect   string         `toml:"redirect" default:"hints" enum:"hints,dns,proxy" doc:"how writes and reads meant for the leader get to it. hints: clients know all servers, try them in turn and follow hints; dns: they know a name (see [dns]); proxy: they ask a proxy (see [proxy])"`
	MaxLag     time.Duration  `toml:"max_lag" default:"1s" doc:"reads_from = max-lag: replicas believed to lag more than this are avoided"`
	LagPoll    time.Duration  `toml:"lag_poll" default:"100ms" doc:"least-lag and max-lag: how often a client asks the replicas for their lag"`
	Timeout    time.Duration  `toml:"timeout" default:"1s" doc:"an operation without an answer after this has an unknown outcome"`
	Retries    int            `toml:"retries" default:"0" min:"0" doc:"further attempts of an operation that was refused or timed out (a retried write may be applied twice)"`
	Backoff    time.Duration  `toml:"backoff" default:"50ms" doc:"pause before the first retry; doubles each time"`
	Jitter     float64        `toml:"backoff_jitter" default:"50%" unit:"ratio" min:"0%" max:"100%" doc:"share of the pause that is random"`
	ValueSize  int64          `toml:"value_size" default:"128B" unit:"size" min:"0B" doc:"bytes of a value, for traffic and bandwidth"`
}

// Check says what is examined beyond the usual figures, and how strictly.
type Check struct {
	Linearizable bool `toml:"linearizable" default:"false" doc:"keep all that clients asked and were answered, and judge whether it is linearizable: figures linearizability.*"`
	// StableFor is for models that elect leaders; others have no such figure.
	StableFor time.Duration `toml:"stable_for" default:"0s" doc:"how long a leader must lead for elections.time and elections.heard to end with it; 0s: any leader will do"`
}

// ProfilePoint is a factor on the rate from a point in time on.
type ProfilePoint struct {
	At     time.Duration
	Factor float64
}

// Diurnal is a daily load curve: a sine between low and high.
type Diurnal struct {
	Period time.Duration `toml:"period" default:"24h" above:"0s" doc:"length of a day"`
	Low    float64       `toml:"low" default:"0.2" doc:"factor on the rate at the quietest time"`
	High   float64       `toml:"high" default:"1" doc:"factor on the rate at the busiest time"`
	Peak   time.Duration `toml:"peak" default:"14h" doc:"time of the day with the highest load"`
}

// Client is a named group: the workload's keys, any of them overridden.
type Client struct {
	Workload
}

// Fault is something that goes wrong, at an instant or again and again. Exactly
// one of the kinds (crash … promote) is set. Targets are node names, observers, places,
// zones or regions (all their nodes at once), or "leader": whoever leads then.
type Fault struct {
	At  time.Duration `toml:"at" doc:"when it happens"`
	For time.Duration `toml:"for" above:"0s" kinds:"crash,pause,slow_cpu,slow_disk,partition,cut,slow_link,lossy_link,flap" doc:"how long it lasts (default: until the end)"`
	// A process in place of At and For.
	MTTF *dist.Spec `toml:"mttf" doc:"again and again: time to the next failure"`
	MTTR *dist.Spec `toml:"mttr" kinds:"crash,pause,slow_cpu,slow_disk,partition,cut,slow_link,lossy_link,flap" doc:"again and again: time to repair"`
	Off  bool       `toml:"off" default:"false" doc:"leave this fault out, in one variant say; no loaded scenario has such a fault"`

	Crash        []string   `toml:"crash" doc:"targets lose their memory and what their log had not flushed"`
	Disk         string     `toml:"disk" default:"kept" enum:"kept,lost" kinds:"crash" doc:"whether the disk survives"`
	InFlight     string     `toml:"in_flight" default:"arrives" enum:"arrives,lost" kinds:"crash" doc:"what the target had sent still arrives (a killed process) or is lost with it (a dead machine)"`
	Process      string     `toml:"process" default:"machine" enum:"machine,database,agent" kinds:"crash" doc:"with manager = \"lease\": the whole machine dies; or its database alone, which the agent starts again, if the fault is not over before; or its agent alone"`
	Pause        []string   `toml:"pause" doc:"targets stand still and come back believing that no time has passed"`
	SlowCPU      []string   `toml:"slow_cpu" doc:"targets' service times are multiplied by factor"`
	SlowDisk     []string   `toml:"slow_disk" doc:"targets' flush times are multiplied by factor"`
	Partition    [][]string `toml:"partition" doc:"groups that do not hear each other; who is in no group hears all"`
	Cut          string     `toml:"cut" doc:"\"r1 -> r2\": one direction is cut; \"r1 <-> r2\": both"`
	Connections  string     `toml:"connections" default:"break" enum:"break,survive" kinds:"partition,cut" doc:"break: what is sent meanwhile is lost, and the cluster connects anew; survive: TCP repeats it, and it arrives after the end, unless another cut or a crash breaks the connection meanwhile"`
	SlowLink     string     `toml:"slow_link" doc:"\"a <-> b\" or \"a -> b\": delays are multiplied by factor and add is added"`
	LossyLink    string     `toml:"lossy_link" doc:"\"a <-> b\" or \"a -> b\": loss is the share of messages lost"`
	Flap         string     `toml:"flap" doc:"\"a <-> b\" or \"a -> b\": the link goes down and up again and again"`
	ClockJump    []string   `toml:"clock_jump" doc:"targets' clocks jump by by"`
	Promote      string     `toml:"promote" doc:"an operator makes this follower the leader; \"most-advanced\": whichever has most of the log; under Raft the leader hands over to it"`
	AddMember    string     `toml:"add_member" models:"raft" doc:"an operator makes this node a voting member of the group"`
	RemoveMember string     `toml:"remove_member" models:"raft" doc:"an operator takes this node out of the group"`

	Factor float64        `toml:"factor" default:"1" above:"0" kinds:"slow_cpu,slow_disk,slow_link" doc:"how many times slower"`
	Add    time.Duration  `toml:"add" kinds:"slow_link" doc:"added to every delay"`
	Loss   float64        `toml:"loss" unit:"ratio" min:"0%" max:"100%" kinds:"lossy_link" doc:"share of messages lost"`
	Up     *dist.Spec     `toml:"up" kinds:"flap" doc:"how long the link stays up"`
	Down   *dist.Spec     `toml:"down" kinds:"flap" doc:"how long it stays down"`
	By     *time.Duration `toml:"by" signed:"yes" kinds:"clock_jump" doc:"how far (negative: back)"`
}

// Chart asks for a picture of the results.
type Chart struct {
	Kind     string        `toml:"kind" required:"yes" enum:"time,cdf,tail,visibility,bars,stack,scatter,lines,timeline" doc:"time: curves over time; cdf and tail: distributions of latencies, or of the times of failovers; visibility: P(fresh) against time since commit; bars: figures per variant; stack: figures that make up a whole, one on the other; scatter: one figure against another; lines: figures against a number that the variants change; timeline: who believed to lead, and which of the writes then acknowledged are lost, in one run of each variant"`
	Title    string        `toml:"title" doc:"the message; {variant/figure} stands for a measured figure"`
	Show     []string      `toml:"show" kinds:"time,cdf,tail,visibility,bars,stack,scatter,lines" doc:"curves (time, cdf, tail, visibility) or figures (bars, stack, scatter, lines); a trailing .* takes all below. A timeline needs none, all others do"`
	Variants []string      `toml:"variants" doc:"which variants (default: all)"`
	X        string        `toml:"x" kinds:"scatter,lines" doc:"scatter: the figure on the x axis; lines: the key that the variants change"`
	Log      bool          `toml:"log" kinds:"time,cdf,tail,visibility,bars,scatter,lines" default:"false" doc:"logarithmic axis"`
	From     time.Duration `toml:"from" kinds:"time,timeline" doc:"start of the window shown"`
	To       time.Duration `toml:"to" kinds:"time,timeline" doc:"end of the window shown"`
}

// MaxKeys returns the number of records of the largest client group.
func (s *Scenario) MaxKeys() int {
	n := s.Workload.Keys
	for _, c := range s.Clients {
		n = max(n, c.Keys)
	}
	return n
}
