/**
 * A process that River's conformance suite drives: JSON-RPC 2.0, one request a line on standard
 * input, one response a line on standard output, one after the other, over a client of this
 * engine's. {@link dev.gala.interop.adapter.Main} runs it.
 *
 * <p>Whatever is stored goes through as it is written: JSON values of requests and rows are cut out
 * of their texts and never read into numbers.
 */
@NullMarked
package dev.gala.interop.adapter;

import org.jspecify.annotations.NullMarked;
