// Package auth stands in for a module that the module proxy does not serve: gala carries a caller
// in the context, and there is none here.
package auth

import "github.com/theopenlane/utils/contextx"

// Caller is who calls.
type Caller struct{}

// CallerKey is where the context holds it.
var CallerKey = contextx.NewKey[*Caller]()
