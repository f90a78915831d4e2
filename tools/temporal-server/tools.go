//go:build tools

// Package tools pins the Temporal command line that extpost builds when no ready-made one can be had.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
