package dev.gala.spi;

import dev.gala.pool.Pool;

/** Counts nothing. */
enum NoMetrics implements GalaMetrics {
  NONE;

  @Override
  public void delivered(ListenerCall call) {}

  @Override
  public void gated(String topic, String listener) {}

  @Override
  public void missing(String topic, String listener) {}

  @Override
  public Runnable opened(Pool pool) {
    return () -> {};
  }
}
