package leader

import (
	"fmt"
	"time"

	"replsim/sim"
	"replsim/sim/dist"
)

const ms = sim.Time(time.Millisecond)

func exponential(mean time.Duration) dist.Spec {
	s, err := dist.Parse(fmt.Sprintf("exponential(mean=%v)", mean))
	if err != nil {
		panic(err)
	}
	return s
}
