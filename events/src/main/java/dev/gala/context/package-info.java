/** How an {@link dev.gala.event.EventContext} is stored with an event and restored from it. */
@NullMarked
package dev.gala.context;

import org.jspecify.annotations.NullMarked;
