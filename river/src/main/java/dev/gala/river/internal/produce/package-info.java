/** Fetching: how many jobs to claim, and when. */
@NullMarked
package dev.gala.river.internal.produce;

import org.jspecify.annotations.NullMarked;
