// Package auth is what the gala package uses of the original: a key, and somebody under it. Which
// fields a caller has is the original's, as far as it is known; the events of these tests name a few.
package auth

import "github.com/theopenlane/utils/contextx"

// Caller is on whose behalf something happens.
type Caller struct {
	SubjectID        string   `json:"subject_id,omitempty"`
	SubjectName      string   `json:"subject_name,omitempty"`
	SubjectEmail     string   `json:"subject_email,omitempty"`
	OrganizationID   string   `json:"organization_id,omitempty"`
	OrganizationName string   `json:"organization_name,omitempty"`
	OrganizationIDs  []string `json:"organization_ids,omitempty"`
	Capabilities     uint64   `json:"capabilities,omitempty"`
}

// CallerKey is where a context has its caller.
var CallerKey = contextx.NewKey[*Caller]()
