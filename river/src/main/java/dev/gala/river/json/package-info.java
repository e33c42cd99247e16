/**
 * JSON as River's and gala's Go programs write it, byte for byte, so that what a row holds does not
 * tell which language wrote it: unique keys, envelopes and arguments agree.
 *
 * <p>{@link dev.gala.river.json.GoJson} and {@link dev.gala.river.json.GoTime} work on text alone;
 * {@link dev.gala.river.json.GoMapper} and {@link dev.gala.river.json.JsonArgs} are the only places
 * of the engine that know Jackson.
 */
@NullMarked
package dev.gala.river.json;

import org.jspecify.annotations.NullMarked;
