package spark

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// grace is how long Spark may take to end by itself once it was told to.
const grace = 10 * time.Second

// line is how train.py begins what it says to us.
const line = "hotspot-spark: "

// answers says whether somebody listens where a standalone master should be.
// Spark itself tries for a minute before it gives up.
func answers(ctx context.Context, master string) error {
	list, ok := strings.CutPrefix(master, "spark://")
	if !ok {
		return nil
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	var errs []error
	for address := range strings.SplitSeq(list, ",") {
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		errs = append(errs, err)
	}
	return fmt.Errorf("spark: the master %s does not answer; check --spark-master and that it runs: %w", master, errors.Join(errs...))
}

// submit runs spark-submit to its end.
func submit(ctx context.Context, c Config, args []string, progress func(stage, detail string)) error {
	cmd := exec.CommandContext(ctx, c.Submit, args...)
	withPython(cmd, c.Master)
	group(cmd)
	cmd.WaitDelay = grace
	said := &tail{}
	cmd.Stderr = said
	out, w := io.Pipe()
	cmd.Stdout = w
	read := make(chan struct{})
	go func() {
		defer close(read)
		in := bufio.NewScanner(out)
		for in.Scan() {
			stage, detail, _ := strings.Cut(strings.TrimPrefix(in.Text(), line), " ")
			if strings.HasPrefix(in.Text(), line) && stage != "error:" {
				progress(stage, detail)
				continue
			}
			fmt.Fprintln(said, in.Text()) // the JVM prints here what Python said to its standard error
		}
		_, _ = io.Copy(io.Discard, out) // a line too long for us must not hold up Spark
	}()
	err := cmd.Run()
	w.Close()
	<-read
	finish(cmd)
	if err == nil {
		return nil
	}
	return explain(err, said.String())
}

// withPython names the Python that lies beside spark-submit, as in a virtual
// environment, unless the environment names one. The machines of a cluster are
// left with theirs.
func withPython(cmd *exec.Cmd, master string) {
	python := filepath.Join(filepath.Dir(cmd.Path), "python3")
	env := cmd.Environ()
	named := func(kv string) bool {
		return strings.HasPrefix(kv, "PYSPARK_PYTHON=") || strings.HasPrefix(kv, "PYSPARK_DRIVER_PYTHON=")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(cmd.Path), "pyspark")); err != nil || slices.ContainsFunc(env, named) {
		return
	}
	if abs, err := filepath.Abs(python); err == nil {
		python = abs
	}
	name := "PYSPARK_DRIVER_PYTHON"
	if strings.HasPrefix(master, "local") {
		name = "PYSPARK_PYTHON"
	}
	cmd.Env = append(env, name+"="+python)
}

// explain turns the end of Spark's log into one sentence with a next step.
func explain(err error, log string) error {
	for text := range strings.Lines(log) {
		if reason, ok := strings.CutPrefix(strings.TrimSpace(text), line+"error: "); ok {
			return &refusedError{reason}
		}
	}
	for _, known := range []struct{ sign, reason string }{
		{"No module named 'numpy'", "Spark's Python has no numpy; pip install -r deploy/spark/requirements.txt, and set PYSPARK_PYTHON to that Python"},
		{"Could not find valid SPARK_HOME", "spark-submit finds no Spark; set PYSPARK_PYTHON to the Python that has pyspark"},
		{"No module named 'pyspark'", "Spark's Python has no pyspark; set PYSPARK_PYTHON to the Python that has it, on every machine"},
		{"PYTHON_VERSION_MISMATCH", "the executors run another Python than the driver; set PYSPARK_PYTHON to the same one on every machine"},
		{"must be at least", "Spark's driver has too little memory to start; --spark-conf spark.driver.memory=1g"},
		{"insufficient memory for the Java", "this machine has too little memory left for Spark; give it less: --spark-conf spark.driver.memory=1g"},
		{"Could not reserve enough space", "this machine has too little memory left for Spark; give it less: --spark-conf spark.driver.memory=1g"},
		{"OutOfMemoryError", "Spark ran out of memory; give it more: --spark-conf spark.driver.memory=4g, on a cluster spark.executor.memory"},
		{"exceeding memory limits", "an executor was killed for its memory; --spark-conf spark.executor.memory=4g, or more of spark.executor.memoryOverhead"},
		{"exit code 137", "an executor was killed, most likely for its memory; --spark-conf spark.executor.memory=4g, or fewer cores for each"},
		{"All masters are unresponsive", "the master does not answer; check --spark-master and that it runs"},
		{"Failed to connect to master", "the master does not answer; check --spark-master and that it runs"},
		{"JAVA_HOME is not set", "no Java was found; Spark 4 needs Java 17 or later (Debian: apt-get install default-jre-headless)"},
		{"bin/java: No such file or directory", "JAVA_HOME holds no Java; Spark 4 needs Java 17 or later (Debian: apt-get install default-jre-headless)"},
		{"UnsupportedClassVersionError", "Java is too old; Spark 4 needs Java 17 or later"},
		{"Path does not exist", "Spark does not see the rows; on a cluster name a folder that all its machines share with --spark-dir"},
		{"FileNotFoundException", "Spark does not see the rows; on a cluster name a folder that all its machines share with --spark-dir"},
	} {
		if strings.Contains(log, known.sign) {
			return fmt.Errorf("spark: %s (%w)", known.reason, err)
		}
	}
	if strings.Contains(err.Error(), "signal: killed") {
		return fmt.Errorf("spark: spark-submit was killed, most likely by the system for want of memory; give Spark less or this machine more: --spark-conf spark.driver.memory=1g (%w)", err)
	}
	last, caused := "", false
	for text := range strings.Lines(log) {
		text = strings.TrimSpace(text)
		cause := strings.HasPrefix(text, "Caused by: ")
		if text != "" && !strings.HasPrefix(text, "at ") && !strings.Contains(text, " INFO ") && (cause || !caused) {
			last, caused = text, caused || cause
		}
	}
	return fmt.Errorf("spark: spark-submit ended with %w; the last it said: %.300s", err, last)
}

// tail keeps the last of what is written to it: Spark's log is long, and its
// cause of death stands at the end.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailBytes = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if len(t.b) > 2*tailBytes {
		t.b = append(t.b[:0], t.b[len(t.b)-tailBytes:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
