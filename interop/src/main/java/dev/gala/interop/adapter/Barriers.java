package dev.gala.interop.adapter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Names that jobs and claims wait for; each is open for good once it was released. */
final class Barriers {
  /** The process's: what a driver waits for is found by its name alone. */
  private static final Barriers OF_THE_PROCESS = new Barriers();

  private final Map<String, CountDownLatch> named = new ConcurrentHashMap<>();

  private Barriers() {}

  static Barriers ofTheProcess() {
    return OF_THE_PROCESS;
  }

  void await(String name) throws InterruptedException {
    barrier(name).await();
  }

  void release(String name) {
    barrier(name).countDown();
  }

  private CountDownLatch barrier(String name) {
    return named.computeIfAbsent(name, n -> new CountDownLatch(1));
  }
}
