/** When recurring work is to run next, by what its last run brought. Pure values. */
@NullMarked
package dev.gala.schedule;

import org.jspecify.annotations.NullMarked;
