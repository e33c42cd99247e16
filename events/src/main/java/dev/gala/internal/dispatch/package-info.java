/**
 * One event, all its listeners, one verdict.
 *
 * <p>Each listener matters alone: a failing or hanging one neither keeps the others from running
 * nor makes them repeat. {@link dev.gala.internal.dispatch.Dispatch} runs what is left to run and
 * hands the results to {@link dev.gala.internal.dispatch.Verdict}'s rules, which know no threads
 * and no database; what must be remembered until the next attempt stands in {@link
 * dev.gala.internal.dispatch.Marks}.
 */
@NullMarked
package dev.gala.internal.dispatch;

import org.jspecify.annotations.NullMarked;
