package main

import (
	"encoding/json"
	"time"
)

// conformanceArgs are those of the conformance adapter's jobs.
type conformanceArgs struct {
	Behavior   string `json:"behavior"`
	DurationMs int64  `json:"duration_ms"`
	Message    string `json:"message"`
}

// echoArgs, peerArgs and renamedArgs are the same arguments under the kinds there are.
type (
	echoArgs    struct{ conformanceArgs }
	peerArgs    struct{ conformanceArgs }
	renamedArgs struct{ conformanceArgs }
)

func (echoArgs) Kind() string { return "conformance_echo" }

func (peerArgs) Kind() string { return "conformance_echo_peer" }

func (renamedArgs) Kind() string { return "conformance_echo_renamed" }

func (renamedArgs) KindAliases() []string { return []string{echoArgs{}.Kind()} }

// richArgs have a value of every sort.
type richArgs struct {
	Number int64             `json:"number"`
	Text   string            `json:"text"`
	Ratio  float64           `json:"ratio"`
	Bytes  []byte            `json:"bytes"`
	List   []string          `json:"list"`
	Names  map[string]string `json:"names"`
	At     *time.Time        `json:"at"`
	Nested *nested           `json:"nested"`
}

type nested struct {
	Zulu  int64   `json:"zulu"`
	Alpha string  `json:"alpha"`
	Inner *nested `json:"inner"`
}

func (richArgs) Kind() string { return "interop_rich" }

// selectedArgs are unique by two of their values, one of them inside another.
type selectedArgs struct {
	Note     string   `json:"note"`
	Tenant   string   `json:"tenant"   river:"unique"`
	Customer customer `json:"customer"`
}

type customer struct {
	ID   int64  `json:"id"   river:"unique"`
	Name string `json:"name"`
}

func (selectedArgs) Kind() string { return "interop_selected" }

// rawArgs are whatever they are, of whatever kind.
type rawArgs struct {
	kind string
	json json.RawMessage
}

func (a rawArgs) Kind() string { return a.kind }

func (a rawArgs) MarshalJSON() ([]byte, error) { return a.json, nil }

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
