/** Where the client's time goes. */
@NullMarked
package dev.gala.bench.profile;

import org.jspecify.annotations.NullMarked;
