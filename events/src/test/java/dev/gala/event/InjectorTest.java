package dev.gala.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InjectorTest {
  @Test
  void findsByTypeAndName() {
    var count = new AtomicInteger();
    Injector injector =
        Injector.builder()
            .provide(String.class, "plain")
            .provide(String.class, "other", "named")
            .supply(Integer.class, count::incrementAndGet)
            .build();
    assertThat(injector.get(String.class)).isEqualTo("plain");
    assertThat(injector.get(String.class, "other")).isEqualTo("named");
    assertThat(injector.get(Integer.class)).isEqualTo(1);
    assertThat(injector.get(Integer.class)).isEqualTo(2);
    assertThat(injector.resolve(Long.class)).isEmpty();
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> Injector.none().get(String.class, "dsn"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("java.lang.String named \"dsn\"");
  }

  @Test
  void refusesASecondOfTheSame() {
    assertThatThrownBy(
            () -> Injector.builder().provide(String.class, "a").provide(String.class, "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String already");
  }
}
