package arch_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workload is what the tests read of a Deployment, StatefulSet or Job.
type workload struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Replicas int
		Selector struct {
			MatchLabels map[string]string `yaml:"matchLabels"`
		}
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     pod
		}
		Claims []struct{ Metadata struct{ Name string } } `yaml:"volumeClaimTemplates"`
	}
}

type pod struct {
	EnableServiceLinks *bool `yaml:"enableServiceLinks"`
	SecurityContext    struct {
		RunAsNonRoot bool `yaml:"runAsNonRoot"`
	} `yaml:"securityContext"`
	InitContainers []container `yaml:"initContainers"`
	Containers     []container
	Volumes        []struct {
		Name                  string
		PersistentVolumeClaim struct {
			ClaimName string `yaml:"claimName"`
		} `yaml:"persistentVolumeClaim"`
	}
}

type container struct {
	Name    string
	Command []string
	Args    []string
	EnvFrom []struct {
		ConfigMapRef struct{ Name string } `yaml:"configMapRef"`
	} `yaml:"envFrom"`
	Ports           []struct{ Name string }
	LivenessProbe   probe `yaml:"livenessProbe"`
	ReadinessProbe  probe `yaml:"readinessProbe"`
	Resources       struct{ Requests, Limits map[string]string }
	SecurityContext struct {
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		Capabilities             struct{ Drop []string }
	} `yaml:"securityContext"`
	VolumeMounts []struct {
		Name     string
		ReadOnly bool `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// manifests reads the resources that the kustomization of dir names.
func manifests(t *testing.T, dir string) []workload {
	t.Helper()
	var k struct{ Resources []string }
	data, err := os.ReadFile(filepath.Join(dir, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &k); err != nil {
		t.Fatal(err)
	}
	var all []workload
	for _, name := range k.Resources {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatalf("%s/kustomization.yaml names a file that is not there: %v", dir, err)
		}
		for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
			var one workload
			err := d.Decode(&one)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil && one.Kind != "Service" { // whose selector has another shape
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, one)
		}
	}
	return all
}

func TestKubernetesPodsHoldTogether(t *testing.T) {
	configs, claims, pods := map[string]bool{}, map[string]bool{}, 0
	all := manifests(t, "../../deploy/kubernetes/base")
	for _, w := range all {
		if w.Kind == "ConfigMap" {
			configs[w.Metadata.Name] = true
		}
		for _, c := range w.Spec.Claims {
			claims[c.Metadata.Name+"-"+w.Metadata.Name+"-0"] = true
		}
		if w.Kind == "StatefulSet" && w.Spec.Replicas != 1 {
			t.Errorf("%s has %d replicas; a folder has one writer", w.Metadata.Name, w.Spec.Replicas)
		}
	}
	for _, w := range all {
		p := w.Spec.Template.Spec
		if len(p.Containers) == 0 {
			continue
		}
		pods++
		for k, v := range w.Spec.Selector.MatchLabels {
			if w.Spec.Template.Metadata.Labels[k] != v {
				t.Errorf("%s selects %s=%s, which its pods do not have", w.Metadata.Name, k, v)
			}
		}
		if p.EnableServiceLinks == nil || *p.EnableServiceLinks {
			t.Errorf("%s: set enableServiceLinks: false; Services would come as HOTSPOT_… variables", w.Metadata.Name)
		}
		if !p.SecurityContext.RunAsNonRoot {
			t.Errorf("%s may run as root", w.Metadata.Name)
		}
		volumes := map[string]bool{}
		for _, v := range p.Volumes {
			volumes[v.Name] = true
			if name := v.PersistentVolumeClaim.ClaimName; name != "" && !claims[name] {
				t.Errorf("%s mounts the claim %s, which no StatefulSet makes", w.Metadata.Name, name)
			}
		}
		for _, c := range w.Spec.Claims {
			volumes[c.Metadata.Name] = true
		}
		for _, c := range p.Containers {
			c.checkProbes(t)
		}
		for _, c := range append(p.InitContainers, p.Containers...) {
			c.check(t, volumes, configs)
		}
	}
	if pods != 3 {
		t.Errorf("%d workloads with pods, want the three roles", pods)
	}
}

func (c container) checkProbes(t *testing.T) {
	t.Helper()
	for path, p := range map[string]probe{"/healthz": c.LivenessProbe, "/readyz": c.ReadinessProbe} {
		named := false
		for _, port := range c.Ports {
			named = named || port.Name == p.HTTPGet.Port
		}
		if p.HTTPGet.Path != path || !named {
			t.Errorf("%s: probe %+v, want %s on a port of its own", c.Name, p.HTTPGet, path)
		}
	}
}

func (c container) check(t *testing.T, volumes, configs map[string]bool) {
	t.Helper()
	s := c.SecurityContext
	if !s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || strings.Join(s.Capabilities.Drop, "") != "ALL" {
		t.Errorf("%s: root read-only, no escalation, drop ALL: got %+v", c.Name, s)
	}
	if c.Resources.Requests["cpu"] == "" || c.Resources.Requests["memory"] == "" || c.Resources.Limits["memory"] == "" {
		t.Errorf("%s: resources incomplete: %v", c.Name, c.Resources)
	}
	for _, m := range c.VolumeMounts {
		if !volumes[m.Name] {
			t.Errorf("%s mounts %s, which its pod does not have", c.Name, m.Name)
		}
		if c.Name == "api" && !m.ReadOnly {
			t.Errorf("api may write to %s", m.Name)
		}
	}
	for _, e := range c.EnvFrom {
		if !configs[e.ConfigMapRef.Name] {
			t.Errorf("%s reads the ConfigMap %s, which is not there", c.Name, e.ConfigMapRef.Name)
		}
	}
}
