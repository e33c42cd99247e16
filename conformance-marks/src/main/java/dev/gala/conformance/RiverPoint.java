package dev.gala.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which points of River's protocol a test proves; {@code docs/river-conformance.md} lists
 * them.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface RiverPoint {
  /** The numbers of the points. */
  int[] value();
}
