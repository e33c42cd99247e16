/**
 * Elections: which client of a database does what only one may do.
 *
 * <p>The row in {@code river_leader} is the term of whoever leads; it ends by itself 15 s after its
 * last renewal, by the database's clock. {@link dev.gala.river.internal.lead.Elector} stands for
 * election, renews, and resigns. Between the row's clock and ours nothing is assumed but that both
 * go equally fast: a renewal that began at a moment of ours counts for a second less than the row's
 * time from that moment on, and {@link dev.gala.river.internal.lead.TrustWatch} stops what a leader
 * does when that is over, whatever the elector waits for. So a leader that is cut off stops before
 * another can be elected.
 *
 * <p>A statement already on its way when trust ends may still be done. Everything a leader does is
 * therefore right when two do it at once; leadership saves work, it does not guard anything.
 */
@NullMarked
package dev.gala.river.internal.lead;

import org.jspecify.annotations.NullMarked;
