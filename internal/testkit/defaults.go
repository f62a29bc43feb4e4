package testkit

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Defaults compares the tags `default:"..."` of a Config, and of all structs
// embedded in it, with the values of filled: what a zero Config means must be
// what the command line says.
func Defaults(t testing.TB, filled any) {
	t.Helper()
	if compareDefaults(t, reflect.ValueOf(filled)) == 0 {
		t.Errorf("%T has no default", filled)
	}
}

func compareDefaults(t testing.TB, v reflect.Value) (compared int) {
	t.Helper()
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if _, embedded := field.Tag.Lookup("embed"); embedded {
			compared += compareDefaults(t, value)
			continue
		}
		want, ok := field.Tag.Lookup("default")
		if !ok {
			continue
		}
		compared++
		got := fmt.Sprint(value)
		switch x := value.Interface().(type) {
		case time.Duration:
			if d, err := time.ParseDuration(want); err == nil && d == x {
				got = want
			}
		case []string:
			got = strings.Join(x, ",")
		}
		if got != want {
			t.Errorf("--%s: the tag says %q, a zero Config means %q", field.Tag.Get("name"), want, got)
		}
	}
	return compared
}
