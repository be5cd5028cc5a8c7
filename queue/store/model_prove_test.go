//go:build prove

package store_test

// modelRuns is how many random days prove lives through.
const modelRuns = 2000
