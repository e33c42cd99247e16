package dev.gala.bench.memory;

import com.google.common.eventbus.AsyncEventBus;
import com.google.common.eventbus.EventBus;
import com.google.common.eventbus.Subscribe;
import dev.gala.Gala;
import dev.gala.bench.json.EventJson;
import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Line;
import dev.gala.bench.memory.MemoryLine.Opening;
import dev.gala.bench.product.ProductLine;
import dev.gala.event.Topic;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.GenericApplicationContext;

/** Every bus there is. */
public final class Buses {
  /** A plain executor, with the payload encoded and decoded on the way. */
  public static final String BARE = "bare-executor";

  /** Gala in memory. */
  public static final String GALA = "gala-memory";

  private static final Topic<Event> TOPIC = Topic.of("bench.memory", Event.class);
  private static final String ADDRESS = "bench";

  private Buses() {}

  /**
   * The lines.
   *
   * @param versions of libraries, by name
   */
  public static List<Line> lines(UnaryOperator<String> versions) {
    return List.of(
        line(
            BARE, "encode, bare executor, decode", "JDK", "a virtual thread an event", Buses::bare),
        line(GALA, "Gala in memory", "this checkout", "defaults", Buses::gala),
        line(
            "guava-sync",
            "Guava EventBus",
            versions.apply("guava"),
            "in the emitter's thread, no encoding",
            Buses::guavaSync),
        line(
            "guava-async",
            "Guava AsyncEventBus",
            versions.apply("guava"),
            "a virtual thread an event, no encoding",
            Buses::guavaAsync),
        line(
            "spring-sync",
            "Spring publisher",
            versions.apply("spring"),
            "in the emitter's thread, no encoding",
            handler -> spring(handler, false)),
        line(
            "spring-async",
            "Spring publisher, task executor",
            versions.apply("spring"),
            "a virtual thread an event, no encoding",
            handler -> spring(handler, true)),
        line(
            "vertx",
            "Vert.x event bus",
            versions.apply("vertx"),
            "local consumer on its event loop, no encoding",
            Buses::vertx));
  }

  private static Line line(
      String id, String title, String version, String settings, Opening opening) {
    return new MemoryLine(
        new Line.Info(id, title, version, ProductLine.settings(List.of("delivery", settings))),
        opening);
  }

  private static Bus bare(Consumer<Event> handler) {
    var executor = BenchThreads.virtualService();
    return new Bus() {
      @Override
      public void emit(Event event) {
        byte[] bytes = EventJson.encode(event);
        executor.execute(() -> handler.accept(EventJson.decode(Event.class, bytes)));
      }

      @Override
      public void close() {
        executor.close();
      }
    };
  }

  private static Bus gala(Consumer<Event> handler) {
    Gala gala = Gala.inMemory();
    gala.on(TOPIC, "count", (event, context) -> handler.accept(event));
    return new Bus() {
      @Override
      public void emit(Event event) {
        gala.emit(TOPIC, event);
      }

      @Override
      public void close() {
        gala.close();
      }
    };
  }

  private static Bus guavaSync(Consumer<Event> handler) {
    var bus = new EventBus();
    bus.register(new GuavaSubscriber(handler));
    return bus::post;
  }

  private static Bus guavaAsync(Consumer<Event> handler) {
    var bus = new AsyncEventBus(BenchThreads.virtual());
    bus.register(new GuavaSubscriber(handler));
    return bus::post;
  }

  /** Guava finds its methods by annotation. */
  private record GuavaSubscriber(Consumer<Event> handler) {
    @Subscribe
    @com.google.common.eventbus.AllowConcurrentEvents
    public void handle(Event event) {
      handler.accept(event);
    }
  }

  private static Bus spring(Consumer<Event> handler, boolean async) {
    var context = new GenericApplicationContext();
    if (async) {
      var multicaster = new SimpleApplicationEventMulticaster();
      multicaster.setTaskExecutor(BenchThreads.virtual());
      context.registerBean(
          "applicationEventMulticaster",
          SimpleApplicationEventMulticaster.class,
          () -> multicaster);
    }
    context.addApplicationListener(new SpringListener(handler));
    context.refresh();
    return new Bus() {
      @Override
      public void emit(Event event) {
        context.publishEvent(event);
      }

      @Override
      public void close() {
        context.close();
      }
    };
  }

  private record SpringListener(Consumer<Event> handler)
      implements org.springframework.context.ApplicationListener<PayloadApplicationEvent<Event>> {
    @Override
    public void onApplicationEvent(PayloadApplicationEvent<Event> event) {
      handler.accept(event.getPayload());
    }
  }

  private static Bus vertx(Consumer<Event> handler) {
    Vertx vertx = Vertx.vertx();
    vertx.eventBus().registerDefaultCodec(Event.class, new AsItIs());
    vertx.eventBus().<Event>localConsumer(ADDRESS, message -> handler.accept(message.body()));
    var local = new DeliveryOptions().setLocalOnly(true);
    return new Bus() {
      @Override
      public void emit(Event event) {
        vertx.eventBus().send(ADDRESS, event, local);
      }

      @Override
      public void close() {
        try {
          vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new IllegalStateException("Vert.x does not end", e);
        }
      }
    };
  }

  /** Passes an immutable event on within the process. */
  private static final class AsItIs implements MessageCodec<Event, Event> {
    @Override
    public void encodeToWire(Buffer buffer, Event event) {
      buffer.appendBytes(EventJson.encode(event));
    }

    @Override
    public Event decodeFromWire(int position, Buffer buffer) {
      return EventJson.decode(Event.class, buffer.getBytes(position, buffer.length()));
    }

    @Override
    public Event transform(Event event) {
      return event;
    }

    @Override
    public String name() {
      return "as-it-is";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
