/** The demonstration: one typed event for every commit of a git repository. */
@NullMarked
package dev.gala.cli.demo;

import org.jspecify.annotations.NullMarked;
