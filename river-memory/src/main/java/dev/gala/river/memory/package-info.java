/**
 * A driver that keeps jobs in memory, for tests that do without PostgreSQL: {@code memory:} as a
 * URL. Jobs are inserted, in transactions too, claimed by their ids, ended, looked at and changed
 * by hand as in PostgreSQL. There is no SQL, nothing is heard of others, and nobody leads: a client
 * on it cannot be started, and works its jobs one by one.
 */
@NullMarked
package dev.gala.river.memory;

import org.jspecify.annotations.NullMarked;
