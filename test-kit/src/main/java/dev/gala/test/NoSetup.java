package dev.gala.test;

import dev.gala.Gala;

/** Attaches nothing. */
final class NoSetup implements GalaTestSetup {
  @Override
  public void attach(Gala gala) {}
}
