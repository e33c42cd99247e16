/**
 * Events of workflows, exactly as the Go original names and writes them: what a Go program emits a
 * Java listener handles, and the reverse.
 */
@NullMarked
package dev.gala.workflow;

import org.jspecify.annotations.NullMarked;
