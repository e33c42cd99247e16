package dev.gala.interop.adapter;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.MigrationScripts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Drivers whose claims are made and then kept back until a barrier is open: what comes while a
 * client is claiming comes then for certain. They are another driver's otherwise.
 */
public final class HeldClaimsProvider implements DriverProvider {
  private static final String PREFIX = "held-claims:";

  /** Found by {@link ServiceLoader}. */
  public HeldClaimsProvider() {}

  /** The URL of {@code url}'s database with its claims held by a barrier. */
  static String url(String barrier, String url) {
    return PREFIX + barrier + ':' + url;
  }

  @Override
  public boolean accepts(DatabaseConfig database) {
    return database.source() instanceof DatabaseConfig.Url url && url.url().startsWith(PREFIX);
  }

  @Override
  public Driver open(DatabaseConfig database) {
    String held = ((DatabaseConfig.Url) database.source()).url().substring(PREFIX.length());
    String barrier = held.substring(0, held.indexOf(':'));
    var source = new DatabaseConfig.Url(held.substring(barrier.length() + 1));
    var other =
        new DatabaseConfig(
            source, database.schema(), database.applicationName(), database.maxConnections());
    return holding(barrier, provider(other).open(other));
  }

  /** Never asked for: the URL of a database with held claims is nobody's to migrate. */
  @Override
  public MigrationScripts scripts(@Nullable String schema) {
    throw new IllegalStateException("held claims have no migrations: ask the other driver");
  }

  private static DriverProvider provider(DatabaseConfig config) {
    return ServiceLoader.load(DriverProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.accepts(config))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no driver for " + config.source()));
  }

  private static Driver holding(String barrier, Driver driver) {
    return replacing(
        Driver.class,
        driver,
        result -> result instanceof Executor executor ? holding(barrier, executor) : result);
  }

  private static Executor holding(String barrier, Executor executor) {
    return replacing(
        Executor.class,
        executor,
        result -> {
          if (result instanceof Collection<?> claimed && !claimed.isEmpty()) {
            await(barrier);
          }
          return result;
        });
  }

  private static void await(String barrier) {
    try {
      Barriers.ofTheProcess().await(barrier);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T replacing(Class<T> type, T target, UnaryOperator<@Nullable Object> change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(target, method, arguments, change)));
  }

  private static @Nullable Object call(
      Object target,
      Method method,
      Object @Nullable [] arguments,
      UnaryOperator<@Nullable Object> change)
      throws Throwable {
    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
    boolean changes =
        method.getName().equals("executor") || method.getName().equals("jobGetAvailable");
    return changes ? change.apply(result) : result;
  }
}
