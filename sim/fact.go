package sim

// Facts are how observers learn what happened. A protocol reports typed values
// (Report), and whoever subscribed to that type is called at once (Observe). A
// protocol never measures, and an observer never changes the run: this is kept by
// giving observers no Env.

// topic holds the subscribers to facts of type F.
type topic[F any] struct {
	subs []func(at Time, node NodeID, fact F)
}

// Observe calls on for every fact of type F that any node reports, at the true
// time of the report. Subscribe before Run.
func Observe[F any](w *World, on func(at Time, node NodeID, fact F)) {
	t := topicOf[F](w)
	if t == nil {
		t = &topic[F]{}
		w.topics = append(w.topics, t)
	}
	t.subs = append(t.subs, on)
}

// Report tells the observers of F what this node did.
func Report[F any](e *Env, fact F) { publish(e.node.w, e.node.id, fact) }

// publish is Report for the kernel itself.
func publish[F any](w *World, node NodeID, fact F) {
	if t := topicOf[F](w); t != nil {
		for _, on := range t.subs {
			on(w.now, node, fact)
		}
	}
}

// topicOf finds the topic by its type. There are a dozen topics, so looking at
// each is faster than a map keyed by type.
func topicOf[F any](w *World) *topic[F] {
	for _, t := range w.topics {
		if t, ok := t.(*topic[F]); ok {
			return t
		}
	}
	return nil
}

// Crashed is the kernel's fact that a node went down.
type Crashed struct {
	DiskLost bool
	// Unflushed is the number of log records lost because no flush had covered them.
	Unflushed int64
}

// Started is the kernel's fact that a node booted, at first or after a crash.
type Started struct{}

// Paused is the kernel's fact that a node stands still.
type Paused struct{}

// Resumed is the kernel's fact that a paused node goes on.
type Resumed struct{}
