package dev.gala.event;

/** How the listeners of an event stand to each other. */
public enum Delivery {
  /**
   * Each on its own: a failing or hanging one neither keeps the others from running nor makes them
   * repeat. The default.
   */
  ISOLATED,
  /**
   * One after the other, as in the Go package: the first failure ends the attempt, and the next one
   * begins with the first listener again. Transactional listeners that are finished stay so.
   */
  SEQUENTIAL
}
