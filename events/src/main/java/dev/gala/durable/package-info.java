/**
 * Durable dispatch: every event is a River job of kind {@code gala_dispatch_v1}. The parts are
 * usable one by one, so that another River client can be put underneath.
 */
@NullMarked
package dev.gala.durable;

import org.jspecify.annotations.NullMarked;
