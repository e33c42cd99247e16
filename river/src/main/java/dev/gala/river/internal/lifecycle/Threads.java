package dev.gala.river.internal.lifecycle;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/**
 * The one place where threads are made: platform threads for control loops, virtual ones for users'
 * work, all named by their role. None keeps the process alive.
 */
public final class Threads {
  private final String prefix;
  private final Troubles troubles;

  /** Threads named {@code prefix-role}. */
  public Threads(String prefix) {
    this(prefix, new Troubles(InstantSource.system()));
  }

  /**
   * Threads named {@code prefix-role}.
   *
   * @param troubles where control loops say what does not work
   */
  public Threads(String prefix, Troubles troubles) {
    this.prefix = prefix;
    this.troubles = troubles;
  }

  /** Where control loops say what does not work. */
  Troubles troubles() {
    return troubles;
  }

  /** A thread for a control loop, not started. */
  public Thread loop(String role, Runnable body) {
    return Thread.ofPlatform().name(prefix + "-" + role).daemon().unstarted(body);
  }

  /**
   * A factory of virtual threads for users' work. Of whoever happens to start one they inherit
   * nothing: it may be the thread of another job, or of a request. Their context class loader is
   * that of whoever made the factory.
   */
  public ThreadFactory work(String role) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ThreadFactory factory =
        Thread.ofVirtual()
            .name(prefix + "-" + role + "-", 0)
            .inheritInheritableThreadLocals(false)
            .factory();
    return task -> {
      Thread thread = factory.newThread(task);
      thread.setContextClassLoader(loader);
      return thread;
    };
  }

  /** A timer with a thread of its own. */
  public Timer timer(String role) {
    return new Timer(Thread.ofPlatform().name(prefix + "-" + role).daemon().factory());
  }
}
