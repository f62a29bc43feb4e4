package kmeans

import (
	"sync"
	"sync/atomic"
)

// parallel does the jobs 0 … n-1 on so many goroutines, and returns when all are
// done. worker makes what one of them does each of its jobs with, so that it can
// have scratch of its own. Which goroutine does which job is left to chance: a
// job's result must depend on its number alone.
func parallel(n, workers int, worker func() (do func(job int))) {
	var next atomic.Int64
	work := func() {
		do := worker()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var wg sync.WaitGroup
	for range min(workers, n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
