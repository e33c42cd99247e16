/** What listeners and pools do, as Micrometer meters. */
@NullMarked
package dev.gala.micrometer;

import org.jspecify.annotations.NullMarked;
