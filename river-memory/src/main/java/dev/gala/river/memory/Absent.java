package dev.gala.river.memory;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.lang.reflect.Proxy;

/** What there is not: whoever asks for anything of it is told so. */
final class Absent {
  private Absent() {}

  /** One that can be had and closed, and nothing else. */
  @SuppressWarnings("ReferenceEquality") // There is nothing in it to compare.
  static <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> null;
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "toString" -> "no " + type.getSimpleName();
                  default -> throw refusal(method.getName());
                }));
  }

  static RiverException refusal(String what) {
    return new RiverException(
        RiverError.CLIENT_STATE,
        "a database in memory has no "
            + what
            + ": it is for tests, which work its jobs one by one (workNow); for all else use"
            + " PostgreSQL");
  }
}
