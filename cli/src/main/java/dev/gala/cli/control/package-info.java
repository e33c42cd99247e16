/** Jobs and queues from the command line: the engine's control operations, and how rows look. */
@NullMarked
package dev.gala.cli.control;

import org.jspecify.annotations.NullMarked;
