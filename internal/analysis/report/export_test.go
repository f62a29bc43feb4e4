package report

import "hotspot/internal/catalog"

// Bare is HTML without the city behind the areas, of a view that a test has made.
func Bare(v *catalog.View, n int) ([]byte, error) {
	m, err := v.Model(n)
	if err != nil {
		return nil, err
	}
	return write(v, m, &catalog.Backdrop{})
}
