/** The words of the engine: what a job is, and what can be said about one. */
@NullMarked
package dev.gala.river.job;

import org.jspecify.annotations.NullMarked;
