// Package kmeanstest is the contract of package kmeans as a test suite.
package kmeanstest
