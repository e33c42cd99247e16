package dev.gala.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a runtime and a database of its own. Test methods and methods before and after
 * each of them take a {@link TestGala} or a {@link dev.gala.Gala} as a parameter: within one test
 * always the same, and its runtime. It is made when first asked for, and closed after the test.
 *
 * <p>Tests may run at the same time: they share the server, and nothing else. An annotation of a
 * method goes before that of its class, and that before that of the class around it.
 */
@Documented
@ExtendWith(GalaExtension.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface GalaTest {
  /** Where events are stored; in PostgreSQL by default. */
  Store store() default Store.POSTGRES;

  /**
   * Attaches the listeners: a class with a constructor without parameters. The interface itself,
   * the default, means that nothing is attached.
   */
  Class<? extends GalaTestSetup> setup() default GalaTestSetup.class;
}
