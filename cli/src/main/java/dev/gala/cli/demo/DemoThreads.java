package dev.gala.cli.demo;

/** Makes the demonstration's threads. */
final class DemoThreads {
  private DemoThreads() {}

  static void start(String name, Runnable task) {
    Thread.ofPlatform().name(name).daemon().start(task);
  }

  static Thread unstarted(String name, Runnable task) {
    return Thread.ofPlatform().name(name).unstarted(task);
  }
}
