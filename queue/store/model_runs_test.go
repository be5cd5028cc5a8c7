//go:build !prove

package store_test

// modelRuns is how many random days every test run lives through.
const modelRuns = 100
