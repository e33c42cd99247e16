/** Reading JSON, where PostgreSQL cannot do it for us. */
@NullMarked
package dev.gala.river.postgres.json;

import org.jspecify.annotations.NullMarked;
