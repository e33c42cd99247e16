package dev.gala.bench.peer;

import dev.gala.bench.load.ChildProcess;
import dev.gala.bench.load.Handled;
import dev.gala.bench.load.WallClock;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.Elsewhere;
import dev.gala.bench.product.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/** Gala's worker in a process of its own, which notes when each event came. */
public final class GalaWorkerProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private GalaWorkerProcess() {}

  /** Told the database by its first line of input; answers when it works, and when all came. */
  public static void main(String[] args) throws Exception {
    int events = Integer.parseInt(args[0]);
    int workers = Integer.parseInt(args[1]);
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String url = input.readLine();
    if (url == null) {
      return;
    }
    var entered = new AtomicLongArray(events);
    var handled = new Handled(events);
    var role =
        Role.worker(
            event -> {
              if (entered.compareAndSet(event.number(), 0, WallClock.micros())) {
                handled.one();
              }
            },
            1);
    try (Client client = GalaProduct.open(url, role, workers, GalaProduct.Options.NONE)) {
      client.start();
      System.out.println("ready");
      if (input.readLine() == null) {
        return;
      }
      handled.await(PATIENCE);
      String times =
          String.join(
              " ",
              LongStream.range(0, events)
                  .mapToObj(i -> String.valueOf(entered.get((int) i)))
                  .toList());
      System.out.println(times);
    }
  }

  static Elsewhere start(String url, int events, int workers) throws IOException {
    ChildProcess child =
        ChildProcess.start(
            GalaWorkerProcess.class, List.of(String.valueOf(events), String.valueOf(workers)));
    try {
      child.tell(url);
      child.answer();
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
    return new Elsewhere() {
      @Override
      public long[] handledAt() {
        child.tell("report");
        return java.util.Arrays.stream(child.answer().split(" "))
            .mapToLong(Long::parseLong)
            .toArray();
      }

      @Override
      public void close() {
        child.close();
      }
    };
  }
}
