/**
 * Inserting jobs by schedule, on the client that leads. {@code PeriodicDefinitions} is what the
 * client knows, whether it leads or not; a {@code Term} is what it knows while it leads: when each
 * definition is due next. {@code PeriodicRounds} inserts what is due, and only then moves on.
 */
@NullMarked
package dev.gala.river.internal.periodic;

import org.jspecify.annotations.NullMarked;
