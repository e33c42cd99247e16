/** River's benchmark, with its two modes and its constants, so that numbers compare. */
@NullMarked
package dev.gala.cli.bench;

import org.jspecify.annotations.NullMarked;
