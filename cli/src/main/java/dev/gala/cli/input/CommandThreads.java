package dev.gala.cli.input;

/** Makes the threads of the commands. */
public final class CommandThreads {
  private CommandThreads() {}

  /** One that does not keep the process from ending, running. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofPlatform().name(name).daemon().start(task);
  }

  static Thread unstarted(String name, Runnable task) {
    return Thread.ofPlatform().name(name).unstarted(task);
  }
}
