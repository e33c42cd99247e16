/** What came of a run: figures, goals, tables, pages and charts. */
@NullMarked
package dev.gala.bench.report;

import org.jspecify.annotations.NullMarked;
