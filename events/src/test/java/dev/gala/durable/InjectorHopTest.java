package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.DispatchMode;
import dev.gala.event.Injector;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers find what they depend on, in either mode. */
class InjectorHopTest {
  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Injector injector =
      Injector.builder()
          .provide(String.class, "mailer")
          .provide(String.class, "other", "second mailer")
          .build();

  @ParameterizedTest
  @EnumSource
  void handlersFindWhatTheRuntimeWasGiven(DispatchMode mode) throws Exception {
    Gala gala = durable.gala(config(mode).injector(injector));
    gala.on(
        Order.PLACED,
        "a",
        (event, context) -> {
          said.add(context.injector().get(String.class));
          said.add(context.injector().get(String.class, "other"));
          said.add(context.injector().resolve(Integer.class).isPresent() ? "a number" : "nothing");
        });
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    assertThat(Await.next("it", said)).isEqualTo("mailer");
    assertThat(Await.next("it", said)).isEqualTo("second mailer");
    assertThat(Await.next("it", said)).isEqualTo("nothing");
    assertThat(gala.injector()).isSameAs(injector);
  }

  @Test
  void whatIsMissingFailsTheListenerWithItsName() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "a", (event, context) -> context.injector().get(String.class));
    gala.startWorkers();
    gala.emit(Order.PLACED, new Order("o-1", 1));
    durable.rows().awaitState("retryable");
    assertThat(durable.rows().value("select errors[1] ->> 'error' from river_job"))
        .contains("the injector has no java.lang.String");
    assertThatThrownBy(() -> gala.injector().get(String.class))
        .isInstanceOf(NoSuchElementException.class);
  }

  private GalaConfig.Builder config(DispatchMode mode) {
    return mode == DispatchMode.DURABLE
        ? durable.config()
        : GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY);
  }
}
