/**
 * Events that are stored: to look at, with what became of each listener, and to have handled again.
 *
 * <p>Nothing here needs topics or listeners: it reads what is stored of events, whoever emitted and
 * handled them. An event is one job. While that job has not ended, nothing can be redriven; once it
 * has, its row is made available again, and the event keeps its id. Which listeners then run is
 * decided by their marks in the row: see {@link dev.gala.internal.dispatch.Marks}.
 */
@NullMarked
package dev.gala.stored;

import org.jspecify.annotations.NullMarked;
