package dev.gala.river.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Connections and statements in whose calls a test has a say. */
final class Proxies {
  /** A call that may be made. */
  @FunctionalInterface
  interface Call {
    @Nullable Object make() throws Throwable;
  }

  /** What becomes of calls. */
  @FunctionalInterface
  interface Say {
    @Nullable Object of(String method, Object[] arguments, Call call) throws Throwable;
  }

  private Proxies() {}

  /** Like {@code target}, but for what is said of its calls. */
  static <T> T of(Class<T> type, T target, Say say) {
    return type.cast(
        Proxy.newProxyInstance(
            Proxies.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                say.of(
                    method.getName(),
                    arguments,
                    () -> {
                      try {
                        return method.invoke(target, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }
}
