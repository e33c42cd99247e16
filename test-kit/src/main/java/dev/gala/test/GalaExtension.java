package dev.gala.test;

import dev.gala.Gala;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What stands behind {@link GalaTest}; with a setup that is no class it is used by itself:
 *
 * <pre>{@code
 * @RegisterExtension static final GalaExtension SHOP = GalaExtension.with(Shop::attach);
 * }</pre>
 */
public final class GalaExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(GalaExtension.class);

  private final Store store;
  private final @Nullable GalaTestSetup setup;

  /** For the annotation, which says all. */
  public GalaExtension() {
    this(Store.POSTGRES, null);
  }

  private GalaExtension(Store store, @Nullable GalaTestSetup setup) {
    this.store = store;
    this.setup = setup;
  }

  /** For tests that use this setup, on PostgreSQL. */
  public static GalaExtension with(GalaTestSetup setup) {
    return with(Store.POSTGRES, setup);
  }

  /** For tests that use this setup. */
  public static GalaExtension with(Store store, GalaTestSetup setup) {
    return new GalaExtension(store, setup);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestGala.class || type == Gala.class;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ParameterResolutionException if it is asked for what is not one test's alone
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "each test has a runtime of its own: take it as a parameter of the test, of @BeforeEach"
              + " or of @AfterEach, and not of "
              + parameter.getDeclaringExecutable());
    }
    TestGala test = testOf(context);
    return parameter.getParameter().getType() == Gala.class ? test.gala() : test;
  }

  /** The store closes what it holds when the test is over. */
  private TestGala testOf(ExtensionContext context) {
    ExtensionContext.Store tests = context.getStore(NAMESPACE);
    TestGala known = tests.get(TestGala.class, TestGala.class);
    if (known != null) {
      return known;
    }
    TestGala test = create(context);
    tests.put(TestGala.class, test);
    return test;
  }

  private TestGala create(ExtensionContext context) {
    if (setup != null) {
      return TestGala.create(store, setup);
    }
    GalaTest said = annotation(context);
    return TestGala.create(
        said.store(),
        said.setup() == GalaTestSetup.class
            ? new NoSetup()
            : ReflectionSupport.newInstance(said.setup()));
  }

  private static GalaTest annotation(ExtensionContext context) {
    for (Optional<ExtensionContext> at = Optional.of(context);
        at.isPresent();
        at = at.get().getParent()) {
      Optional<GalaTest> found =
          AnnotationSupport.findAnnotation(at.get().getElement(), GalaTest.class);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new ParameterResolutionException(
        "there is no @GalaTest on " + context.getDisplayName() + " nor around it");
  }
}
