/**
 * The benchmarks: {@code ./gala bench}. How they are run stands in {@code docs/benchmarks.md},
 * which they write.
 *
 * <pre>
 * dev.gala.bench   the command, rounds, goals
 * ├─ memory, go, peer, limit   the contestants' lines
 * ├─ product                   loops over any client
 * ├─ server                    PostgreSQL
 * ├─ json                      Jackson
 * ├─ load                      cases, samples, loops
 * └─ report                    figures, tables, pages
 * </pre>
 */
@NullMarked
package dev.gala.bench;

import org.jspecify.annotations.NullMarked;
