package dev.gala.internal.threads;

import java.util.concurrent.ThreadFactory;

/** The one place where the event layer's threads are made, named by their role. */
public final class GalaThreads {
  private GalaThreads() {}

  /** Virtual threads that inherit nothing from whoever starts them. */
  public static ThreadFactory virtual(String role) {
    return Thread.ofVirtual()
        .name("gala-" + role + "-", 0)
        .inheritInheritableThreadLocals(false)
        .factory();
  }

  /** A thread, not started, that ends something when the process is told to end. */
  public static Thread atExit(Runnable task) {
    return Thread.ofPlatform().name("gala-at-exit").unstarted(task);
  }
}
