/**
 * The engine's database seam on PostgreSQL 14 and later: every statement, the migrations, LISTEN
 * and NOTIFY.
 *
 * <p>One class per statement binds its parameters and reads its rows; the SQL itself stands in one
 * class per table, in the words of the seam. Each statement is resolved for its schema once, when
 * the driver opens. A statement on the driver's own connections is one round trip: its
 * notifications ride in the same statement, and the connection is in auto-commit mode.
 *
 * <p>Lock order: whatever touches many rows takes them by ascending id, except the claim and the
 * scheduler, which pass over locked rows and so never wait.
 *
 * <p>What a failure means is decided in one place, {@link dev.gala.river.postgres.SqlStates}.
 */
@NullMarked
package dev.gala.river.postgres;

import org.jspecify.annotations.NullMarked;
