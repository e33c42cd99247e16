package dev.gala.internal.threads;

import java.util.concurrent.ThreadFactory;

/** Makes the event layer's threads, named by their role. They inherit no thread locals. */
public final class Threads {
  private Threads() {}

  /** Virtual threads named {@code gala-ROLE-N}, for users' work. */
  public static ThreadFactory virtual(String role) {
    return Thread.ofVirtual()
        .name("gala-" + role + "-", 0)
        .inheritInheritableThreadLocals(false)
        .factory();
  }
}
