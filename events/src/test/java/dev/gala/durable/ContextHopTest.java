package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.context.KeyCodec;
import dev.gala.event.ContextFlag;
import dev.gala.event.ContextKey;
import dev.gala.event.Definition;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Topic;
import dev.gala.spi.ContextCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The context of an emitter on the handler's side, in another runtime. */
class ContextHopTest {
  private record Tenant(String name, int level) {}

  private static final ContextKey<Tenant> TENANT = ContextKey.of("tenant", Tenant.class);
  private static final ContextKey<String> LOCAL = ContextKey.of("local", String.class);
  private static final ContextFlag DRY = ContextFlag.of("dry");
  private static final EventContext FULL =
      EventContext.empty()
          .with(TENANT, new Tenant("acme", 3))
          .with(LOCAL, "has no codec")
          .with(DRY)
          .with(ContextFlag.WORKFLOW_BYPASS);

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<EventContext> seen = new LinkedBlockingQueue<>();

  @Test
  void valuesAndFlagsSurviveTheHop() throws Exception {
    Gala worker = durable.gala(config());
    worker.on(
        Order.PLACED,
        "reader",
        (event, context) -> {
          assertThat(EventContext.current()).isSameAs(context.eventContext());
          seen.add(EventContext.current());
        });
    worker.startWorkers();
    emit("1", FULL);
    EventContext context = Await.next("the event", seen);
    assertThat(context.get(TENANT)).isEqualTo(new Tenant("acme", 3));
    assertThat(context.get(LOCAL)).isNull();
    assertThat(context.flags()).containsExactlyInAnyOrder(DRY, ContextFlag.WORKFLOW_BYPASS);
  }

  @Test
  void threadsOfTheExecutorSeeItAndNoOthers() throws Exception {
    Gala worker = durable.gala(config());
    worker.on(
        Order.PLACED,
        "forker",
        (event, context) -> {
          var done = new CountDownLatch(2);
          context
              .executor()
              .execute(
                  () -> {
                    seen.add(EventContext.current());
                    done.countDown();
                  });
          Thread.ofVirtual()
              .start(
                  () -> {
                    assertThat(EventContext.bound()).isNull();
                    done.countDown();
                  });
          Await.latch("both threads", done);
        });
    worker.startWorkers();
    emit("1", FULL);
    assertThat(Await.next("the event", seen).get(TENANT)).isEqualTo(new Tenant("acme", 3));
    durable.rows().awaitState("completed");
  }

  /** One worker, so that whatever sticks to a thread would be found by the next event. */
  @Test
  void nothingStaysForTheNextEventOrTheNextListener() throws Exception {
    Gala worker = durable.gala(config().workerCount(1));
    worker.on(
        Order.PLACED,
        "leaves a scope open",
        (event, context) -> {
          seen.add(EventContext.current());
          EventContext.empty().with(TENANT, new Tenant("left behind", 0)).makeCurrent();
        });
    worker.on(Order.PLACED, "next", (event, context) -> seen.add(EventContext.current()));
    worker.startWorkers();
    emit("1", FULL);
    emit("2", EventContext.empty());
    emit("3", FULL.without(DRY));
    assertThat(tenantAndDry()).isEqualTo("acme true");
    assertThat(tenantAndDry()).isEqualTo("acme true");
    assertThat(tenantAndDry()).isEqualTo("null false");
    assertThat(tenantAndDry()).isEqualTo("null false");
    assertThat(tenantAndDry()).isEqualTo("acme false");
    assertThat(tenantAndDry()).isEqualTo("acme false");
    assertThat(EventContext.bound()).isNull();
  }

  @Test
  void childrenCarryTheContextOnWhateverThreadTheyAreEmitted() throws Exception {
    Topic<String> parent = Topic.of("parent", String.class);
    Gala worker = durable.gala(config());
    worker.on(
        parent,
        "emitter",
        (event, context) -> {
          context.emit(Order.PLACED, new Order("handler's thread", 1));
          Thread plain =
              Thread.ofVirtual()
                  .start(() -> context.emit(Order.PLACED, new Order("plain thread", 1)));
          plain.join();
          context.emitAsync(Order.PLACED, new Order("async", 1)).join();
        });
    Map<String, String> tenants = new ConcurrentHashMap<>();
    var all = new CountDownLatch(3);
    worker.on(
        Order.PLACED,
        "reader",
        (event, context) -> {
          tenants.put(event.id(), String.valueOf(EventContext.current().get(TENANT)));
          all.countDown();
        });
    worker.startWorkers();
    try (var scope = FULL.makeCurrent()) {
      durable.gala(config()).emit(parent, "p");
    }
    Await.latch("three children", all);
    String tenant = "Tenant[name=acme, level=3]";
    assertThat(tenants)
        .isEqualTo(Map.of("handler's thread", tenant, "plain thread", tenant, "async", tenant));
  }

  @Test
  void aTimeLimitIsToldAndAWorkerWithoutTheCodecIgnoresTheValue() throws Exception {
    Gala worker = durable.gala();
    var deadlines = new LinkedBlockingQueue<String>();
    worker.register(
        List.of(
            Definition.builder(Order.PLACED, "reader")
                .timeout(Duration.ofMinutes(5))
                .handler(
                    (event, context) -> {
                      deadlines.add(String.valueOf(context.deadline()));
                      seen.add(EventContext.current());
                    })
                .build()));
    worker.startWorkers();
    emit("1", FULL);
    EventContext context = Await.next("the event", seen);
    assertThat(context.get(TENANT)).isNull();
    assertThat(context.has(DRY)).isTrue();
    assertThat(deadlines.remove()).isNotEqualTo("null");
  }

  @Test
  void aValueThatCannotBeReadFailsTheAttemptNamingItsKey() throws Exception {
    Gala worker = durable.gala(durable.config().contextCodec(new Broken("tenant")));
    worker.on(Order.PLACED, "reader", (event, context) -> seen.add(EventContext.current()));
    worker.startWorkers();
    emit("1", FULL);
    durable
        .rows()
        .await("a failure", "(select coalesce(cardinality(errors), 0) = 1 from river_job)");
    assertThat(durable.rows().value("select errors[1] ->> 'error' from river_job"))
        .isEqualTo("gala: context snapshot restore failed: \"tenant\": cannot restore");
    assertThat(seen).isEmpty();
  }

  @Test
  void aValueThatCannotBeWrittenFailsTheEmit() throws Exception {
    Gala emitter = durable.gala(durable.config().contextCodec(new Broken("broken")));
    assertThatThrownBy(() -> emitter.emit(Order.PLACED, new Order("1", 1)))
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> assertThat(e.code()).isEqualTo(GalaError.CONTEXT_SNAPSHOT_CAPTURE_FAILED))
        .hasMessageContaining("\"broken\": cannot capture");
    assertThat(durable.rows().jobs("true")).isZero();
  }

  private record Broken(String key) implements ContextCodec {
    @Override
    public Optional<String> capture(EventContext context) {
      throw new IllegalStateException("cannot capture");
    }

    @Override
    public EventContext restore(EventContext context, String json) {
      throw new IllegalStateException("cannot restore");
    }
  }

  private GalaConfig.Builder config() {
    return durable.config().contextCodec(KeyCodec.of("tenant", TENANT));
  }

  private void emit(String id, EventContext context) {
    Gala emitter = durable.gala(config());
    try (var scope = context.makeCurrent()) {
      emitter.emit(Order.PLACED, new Order(id, 1));
    }
  }

  private String tenantAndDry() throws InterruptedException {
    EventContext context = Await.next("a listener", seen);
    Tenant tenant = context.get(TENANT);
    return (tenant == null ? null : tenant.name()) + " " + context.has(DRY);
  }
}
