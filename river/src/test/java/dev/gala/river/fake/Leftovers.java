package dev.gala.river.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What every test ends with: no thread of the engine is left, and no warning came unexpected. */
public final class Leftovers implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(Leftovers.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    logs(context).open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> surprises = logs(context).closeAndGetSurprises();
    noThreads();
    assertThat(surprises).as("unexpected warnings").isEmpty();
  }

  /** Waits for every thread of the engine to end. */
  public static void noThreads() {
    // A timer's thread is told to end, and not waited for: it gets a moment.
    Await.until("the end of " + threads(), () -> threads().isEmpty());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Logs.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return logs(context);
  }

  private static Logs logs(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(context.getUniqueId(), id -> new Logs(), Logs.class);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("gala-"))
        .toList();
  }
}
