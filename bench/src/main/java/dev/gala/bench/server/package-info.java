/** The PostgreSQL that everything is measured on. */
@NullMarked
package dev.gala.bench.server;

import org.jspecify.annotations.NullMarked;
