package spark

// What runs spark-submit is tested without what Fit makes of its answers.
type (
	Job     = job
	Options = options
	Result  = result
)

var Run = run
