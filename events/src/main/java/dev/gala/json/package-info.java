/** Payloads as JSON, by Jackson; the bytes are those Go writes. */
@NullMarked
package dev.gala.json;

import org.jspecify.annotations.NullMarked;
