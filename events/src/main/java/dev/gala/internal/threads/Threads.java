package dev.gala.internal.threads;

import java.util.concurrent.ThreadFactory;

/** The one place where the event layer's threads are made, named by their role. */
public final class Threads {
  private Threads() {}

  /**
   * Virtual threads named {@code gala-ROLE-N}, for users' work; they inherit no thread locals, and
   * their context class loader is the system's.
   */
  public static ThreadFactory virtual(String role) {
    return Thread.ofVirtual()
        .name("gala-" + role + "-", 0)
        .inheritInheritableThreadLocals(false)
        .factory();
  }

  /**
   * Platform threads named {@code gala-ROLE}, for which a process does not wait at its end; they
   * inherit no thread locals of whoever happens to start one.
   */
  public static ThreadFactory daemons(String role) {
    return Thread.ofPlatform()
        .name("gala-" + role)
        .daemon()
        .inheritInheritableThreadLocals(false)
        .factory();
  }

  /**
   * Does {@code task} here with the context class loader it would find on one of {@link #virtual}:
   * whatever thread it is, users' work finds the same.
   */
  public static void asOnVirtual(Runnable task) {
    Thread here = Thread.currentThread();
    ClassLoader before = here.getContextClassLoader();
    here.setContextClassLoader(ClassLoader.getSystemClassLoader());
    try {
      task.run();
    } finally {
      here.setContextClassLoader(before);
    }
  }

  /** A thread, not started, that does {@code task} when the process is told to end. */
  public static Thread atExit(Runnable task) {
    return Thread.ofPlatform().name("gala-at-exit").unstarted(task);
  }
}
