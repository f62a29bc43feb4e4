package secret_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/platform/secret"
)

func TestASecretIsItsLineAsAnyEditorSavesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for _, tt := range []struct{ content, want, wantErr string }{
		{"s3cret", "s3cret", ""},
		{"s3cret\n", "s3cret", ""},
		{"s3cret\r\n", "s3cret", ""},
		{"s3cret\n\n", "s3cret", ""},
		{"\ufeffs3cret\r\n", "s3cret", ""},
		{" two words \n", " two words ", ""},
		{"\xff\xfes\x003\x00\r\x00\n\x00", "", "UTF-8"},
		{"\xfe\xff\x00s\x003\x00\n", "", "UTF-8"},
		{"", "", "is empty"},
		{"\ufeff\n", "", "is empty"},
		{"s3cret\nanother\n", "", "more than one line"},
		{strings.Repeat("s3", 4096), "", "longer than"},
	} {
		if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		checkRead(t, path, tt.want, tt.wantErr)
	}
	checkRead(t, filepath.Dir(path), "", "is a directory")
	checkRead(t, path+"-none", "", "no such file")
}

func checkRead(t *testing.T, path, want, wantErr string) {
	t.Helper()
	got, err := secret.Read(path)
	if got != want || (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
		t.Errorf("Read = %q, %v; want %q, %q", got, err, want, wantErr)
	}
	if err != nil && (strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), path)) {
		t.Errorf("the error names the secret or the path: %v", err)
	}
}
