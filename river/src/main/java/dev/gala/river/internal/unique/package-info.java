/** What makes a job unique: the text that is hashed, byte for byte as River writes it. */
@NullMarked
package dev.gala.river.internal.unique;

import org.jspecify.annotations.NullMarked;
