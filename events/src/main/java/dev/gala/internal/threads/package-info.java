/** The one place of this module that makes threads. */
@NullMarked
package dev.gala.internal.threads;

import org.jspecify.annotations.NullMarked;
