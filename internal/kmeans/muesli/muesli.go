// Package muesli fits k-means with github.com/muesli/kmeans under the contract of package kmeans.
package muesli

import "hotspot/internal/kmeans"

// Fit groups the n×d row-major matrix x into c.K clusters.
func Fit(x []float64, d int, c kmeans.Config) (*kmeans.Result, error) { panic("muesli: Fit") }
