/** What applications implement to work jobs, and what a worker is told and answers. */
@NullMarked
package dev.gala.river.worker;

import org.jspecify.annotations.NullMarked;
