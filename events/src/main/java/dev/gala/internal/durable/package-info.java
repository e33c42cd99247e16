/** Works dispatch jobs: between River's words and the dispatch's. */
@NullMarked
package dev.gala.internal.durable;

import org.jspecify.annotations.NullMarked;
