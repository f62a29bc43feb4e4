package spark_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"hotspot/internal/testkit"
	"hotspot/internal/train/spark"
)

// The test binary is the fake spark-submit when this says how it behaves.
const fakeMode = "HOTSPOT_FAKE_SPARK"

func TestMain(m *testing.M) {
	if mode := os.Getenv(fakeMode); mode != "" {
		os.Exit(fake(mode, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// fake answers as spark-submit with train.py would, for 7 rows a model.
func fake(mode string, args []string) int {
	value := func(flag string) string { return args[slices.Index(args, flag)+1] }
	say := func(text string) int {
		fmt.Fprintln(os.Stderr, text)
		return 1
	}
	fmt.Println("hotspot-spark: session Spark 4.2.0, fake")
	if calls := os.Getenv("HOTSPOT_FAKE_CALLS"); calls != "" {
		f, _ := os.OpenFile(calls, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		fmt.Fprintln(f, strings.Join(args, " "))
		f.Close()
		if text, _ := os.ReadFile(calls); mode == "first fails" && strings.Count(string(text), "\n") == 1 {
			return say("26/11/24 04:00:00 ERROR executor lost")
		}
	}
	rows, status := 7, "converged"
	switch mode {
	case "refuses": // what Python says on its standard error comes out here
		fmt.Println("hotspot-spark: error: topic crimes has no partition 9; it has [0]")
		return say("26/11/24 04:00:00 INFO ShutdownHookManager: Deleting directory")
	case "says":
		fmt.Println(os.Getenv("HOTSPOT_FAKE_SAYS"))
		return say("26/11/24 04:00:00 INFO ShutdownHookManager: Deleting directory")
	case "no result":
		return 0
	case "other rows":
		rows = 6
	case "limit":
		status = "iteration_limit"
	case "hangs":
		child := exec.Command("sleep", "300") // as the JVM has its Python
		if err := child.Start(); err != nil {
			return say(err.Error())
		}
		_ = os.WriteFile(os.Getenv("HOTSPOT_FAKE_PID"), fmt.Append(nil, child.Process.Pid), 0o600)
		_ = child.Wait()
		return 1
	}
	var starts [][][2]float64
	text, _ := os.ReadFile(value("--start"))
	if err := json.Unmarshal(text, &starts); err != nil {
		return say(err.Error())
	}
	var models []any
	for _, start := range starts {
		clusters := make([]map[string]int, len(start))
		for c := range clusters {
			clusters[c] = map[string]int{"size": 1}
		}
		clusters[0]["size"] = rows - len(start) + 1
		models = append(models, map[string]any{
			"rows": map[string]int{"trained": rows}, "iterations": 3, "status": status, "inertia": 1.5, "centroids": start, "clusters": clusters,
		})
	}
	text, _ = json.Marshal(map[string]any{"format": "hotspot.spark/2", "models": models})
	if mode == "garbage" {
		text = text[:len(text)/2]
	}
	if err := os.WriteFile(value("--output"), text, 0o600); err != nil {
		return say(err.Error())
	}
	fmt.Println("hotspot-spark: done 1 models")
	return 0
}

func config(t *testing.T, mode string) spark.Config {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(fakeMode, mode)
	return spark.Config{Submit: exe, Dir: t.TempDir(), Timeout: time.Minute}
}

var job = spark.Job{CSV: []byte("rows\n"), Start: []float64{1, 2, 3, 4}, Rows: 7}

func TestRun(t *testing.T) {
	tests := []struct {
		mode, err string
		calls     int
	}{
		{"works", "", 1},
		{"first fails", "", 2},
		{"refuses", "topic crimes has no partition 9", 1},
		{"other rows", "6 usable rows where there are 7", 1},
		{"no result", "left no result", 2},
		{"garbage", "read the result", 2},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			c := config(t, tt.mode)
			calls := filepath.Join(t.TempDir(), "calls")
			t.Setenv("HOTSPOT_FAKE_CALLS", calls)
			got, err := spark.Run(t.Context(), c, []spark.Job{job}, spark.Options{MaxIterations: 300})
			if tt.err == "" {
				want := []spark.Result{{Iterations: 3, Converged: true, Inertia: 1.5, Centroids: job.Start, Sizes: []int{6, 1}}}
				if diff := cmp.Diff(want, got); diff != "" || err != nil {
					t.Errorf("Run: %v\n%s", err, diff)
				}
			} else if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("Run: %v; want %q", err, tt.err)
			}
			text, _ := os.ReadFile(calls)
			if n := strings.Count(string(text), "\n"); n != tt.calls {
				t.Errorf("spark-submit was called %d times; want %d", n, tt.calls)
			}
			if left, _ := os.ReadDir(c.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestSeveralJobsAreOneApplication(t *testing.T) {
	c := config(t, "limit")
	c.Master, c.Conf = "local[2]", []string{"spark.driver.memory=1g"}
	calls := filepath.Join(t.TempDir(), "calls")
	t.Setenv("HOTSPOT_FAKE_CALLS", calls)
	var stages []string
	got, err := spark.Run(t.Context(), c, []spark.Job{job, {Files: []string{"/b.csv"}, Start: job.Start, Rows: 7}}, spark.Options{
		Frame: []byte("{}"), Tolerance: 1e-4, Progress: func(stage, _ string) { stages = append(stages, stage) },
	})
	if err != nil || len(got) != 2 || got[1].Converged {
		t.Errorf("Run = %+v, %v", got, err)
	}
	text, _ := os.ReadFile(calls)
	for _, want := range []string{"--master local[2]", "--conf spark.driver.memory=1g", "--each", "rows-000001.csv", "--input file:///b.csv", "--tolerance 0.0001", "--frame {}"} {
		if runtime.GOOS != "windows" && !strings.Contains(string(text), want) {
			t.Errorf("the arguments lack %q: %s", want, text)
		}
	}
	if want := []string{"session", "done"}; !slices.Equal(stages, want) {
		t.Errorf("stages = %v, want %v", stages, want)
	}
}

func TestTheEndOfTheContextEndsAllProcesses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no process groups")
	}
	for _, why := range []string{"canceled", "timeout"} {
		t.Run(why, func(t *testing.T) {
			c := config(t, "hangs")
			pid := filepath.Join(t.TempDir(), "pid")
			t.Setenv("HOTSPOT_FAKE_PID", pid)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if why == "timeout" {
				c.Timeout = time.Second
			} else {
				go func() {
					for ctx.Err() == nil {
						if text, _ := os.ReadFile(pid); len(text) > 0 {
							cancel()
						}
						time.Sleep(10 * time.Millisecond)
					}
				}()
			}
			_, err := spark.Run(ctx, c, []spark.Job{job}, spark.Options{})
			if why == "timeout" && (!errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "--spark-timeout 1s")) ||
				why == "canceled" && !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v", err)
			}
			text, _ := os.ReadFile(pid)
			if len(text) == 0 {
				return // ended before it had a child
			}
			testkit.Eventually(t, "the end of the child "+string(text), func() bool {
				state, _ := os.ReadFile("/proc/" + string(text) + "/stat")
				return len(state) == 0 || strings.Contains(string(state), ") Z ")
			})
		})
	}
}

func TestCheck(t *testing.T) {
	c := config(t, "works")
	for _, master := range []string{"", "local", "local[2]", "local[*]", "spark://host:7077", "yarn", "k8s://https://host"} {
		c.Master = master
		if err := c.Check(); err != nil {
			t.Errorf("master %q: %v", master, err)
		}
	}
	bad := spark.Config{Submit: "no-such-spark-submit", Master: "host:7077", Conf: []string{"=1", "memory"}, Timeout: -1}
	err := bad.Check()
	for _, want := range []string{"--spark-submit no-such-spark-submit", "--engine native", "--spark-master host:7077", "--spark-conf =1", "--spark-conf memory", "--spark-timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check: %v; want %q", err, want)
		}
	}
	if _, err := spark.Run(t.Context(), bad, nil, spark.Options{}); err == nil {
		t.Error("Run took what Check refuses")
	}
}

// The signs are those of Spark 4.2.0, its launcher and Java 17, as they were
// printed here or stand in their sources.
func TestTheReasonIsFoundInTheLog(t *testing.T) {
	c := config(t, "says")
	for _, tt := range []struct{ says, want string }{
		{"java.lang.OutOfMemoryError: Java heap space", "--spark-conf spark.driver.memory=4g"},
		{"java.lang.IllegalArgumentException: System memory 67108864 must be at least 471859200.", "--spark-conf spark.driver.memory=1g"},
		{"Error occurred during initialization of VM\nCould not reserve enough space for 104857600KB object heap", "too little memory left"},
		{"# There is insufficient memory for the Java Runtime Environment to continue.", "too little memory left"},
		{"ExecutorLostFailure (executor 1 exited unrelated to the running tasks) Reason: Container killed by YARN for exceeding memory limits", "--spark-conf spark.executor.memory=4g"},
		{"Executor lost: Command exited with code 137; exit code 137", "an executor was killed"},
		{"26/11/24 ERROR StandaloneSchedulerBackend: Application has been killed. Reason: All masters are unresponsive! Giving up.", "check --spark-master"},
		{"ModuleNotFoundError: No module named 'numpy'", "pip install -r"},
		{"ModuleNotFoundError: No module named 'pyspark'", "PYSPARK_PYTHON"},
		{"pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version", "PYSPARK_PYTHON"},
		{"Could not find valid SPARK_HOME while searching ['/tmp']", "PYSPARK_PYTHON"},
		{"JAVA_HOME is not set", "Java 17"},
		{"spark-class: line 71: /nowhere/bin/java: No such file or directory\nspark-class: line 97: CMD: bad array subscript", "JAVA_HOME"},
		{"java.lang.UnsupportedClassVersionError: org/apache/spark/launcher/Main", "Java 17"},
		{"org.apache.spark.SparkFileNotFoundException: File file:/x.csv does not exist", "--spark-dir"},
		{"something\nthe last words\n\tat org.apache.spark.Foo", "the last words"},
		{"Traceback\nCaused by: java.io.IOException: the disk burns\n\tat org.apache.spark.Foo\n\t... 12 more\nafterwards", "the disk burns"},
	} {
		t.Setenv("HOTSPOT_FAKE_SAYS", tt.says)
		_, err := spark.Run(t.Context(), c, []spark.Job{job}, spark.Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v; want %q", tt.says, err, tt.want)
		}
	}
}

func TestAMasterThatDoesNotAnswerIsNamedBeforeSparkStarts(t *testing.T) {
	c := config(t, "works")
	calls := filepath.Join(t.TempDir(), "calls")
	t.Setenv("HOTSPOT_FAKE_CALLS", calls)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	there := l.Addr().String()
	c.Master = "spark://127.0.0.1:1," + there // of several one is enough
	if _, err := spark.Run(t.Context(), c, []spark.Job{job}, spark.Options{}); err != nil {
		t.Errorf("Run: %v", err)
	}
	l.Close()
	if err := os.Remove(calls); err != nil {
		t.Fatal(err)
	}
	if _, err := spark.Run(t.Context(), c, []spark.Job{job}, spark.Options{}); err == nil || !strings.Contains(err.Error(), "check --spark-master") {
		t.Errorf("Run: %v", err)
	}
	if _, err := os.Stat(calls); err == nil {
		t.Error("spark-submit was called")
	}
}
