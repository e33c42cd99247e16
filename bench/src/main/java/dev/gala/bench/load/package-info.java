/** What is measured, and the loops that put load on: nothing here knows a contestant. */
@NullMarked
package dev.gala.bench.load;

import org.jspecify.annotations.NullMarked;
