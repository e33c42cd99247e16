/**
 * What a leader does for all clients, each thing on a loop of its own that runs while it leads.
 *
 * <p>Every pass is made of statements of bounded size and time, with rests between them, and is
 * right when another leader, one that does not know yet that it was deposed, does the same: locked
 * rows are passed over, and what is written is guarded. A pass that fails begins again after a
 * pause; what was done is done.
 */
@NullMarked
package dev.gala.river.internal.maintain;

import org.jspecify.annotations.NullMarked;
