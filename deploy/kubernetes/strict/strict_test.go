// Package strict renders the kustomizations beside it, as kubectl apply -k
// would, and reads the result into Kubernetes' own types. It is a module of
// its own, so that these types are no dependency of the product.
package strict

import (
	"errors"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// types are the kinds that the kustomizations may hold. KafkaUser is
// Strimzi's, whose types are Java.
var types = map[string]func() any{
	"v1 ConfigMap":                       func() any { return &corev1.ConfigMap{} },
	"v1 Service":                         func() any { return &corev1.Service{} },
	"apps/v1 Deployment":                 func() any { return &appsv1.Deployment{} },
	"apps/v1 StatefulSet":                func() any { return &appsv1.StatefulSet{} },
	"batch/v1 Job":                       func() any { return &batchv1.Job{} },
	"kafka.strimzi.io/v1beta2 KafkaUser": nil,
	"kafka.strimzi.io/v1 KafkaUser":      nil,
}

func TestEveryFieldIsOneOfKubernetes(t *testing.T) {
	for _, dir := range []string{"base", "strimzi"} {
		resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "../"+dir)
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if n := resources.Size(); n < 5 {
			t.Errorf("%s renders %d resources, want 5 or more", dir, n)
		}
		for _, r := range resources.Resources() {
			text, err := r.AsYAML()
			if err != nil {
				t.Fatal(err)
			}
			if err := read(r.GetApiVersion()+" "+r.GetKind(), text); err != nil {
				t.Errorf("%s: %s %s: %v", dir, r.GetKind(), r.GetName(), err)
			}
		}
	}
}

func TestAFieldThatDoesNotExistFails(t *testing.T) {
	for _, text := range []string{
		"spec: {replica: 1}",    // replicas
		"spec: {replicas: one}", // a number
		"spec: {template: {spec: {containers: [{name: a, livenessProbe: {httpget: {path: /}}}]}}}", // httpGet
	} {
		if read("apps/v1 Deployment", []byte(text)) == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

// read decodes strictly: an unknown field, another type or a name in other
// letters is an error.
func read(kind string, text []byte) error {
	made, known := types[kind]
	if !known {
		return errUnknown(kind)
	}
	if made == nil {
		return nil
	}
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	strict, err := json.UnmarshalStrict(data, made())
	return errors.Join(append(strict, err)...)
}

type errUnknown string

func (e errUnknown) Error() string {
	return "kind " + strings.TrimSpace(string(e)) + " has no type here; add it to the table of this test"
}
