package dev.gala.bench.peer;

import dev.gala.bench.load.Event;
import dev.gala.bench.product.Client;
import dev.gala.bench.product.Product;
import dev.gala.bench.product.Role;
import dev.gala.bench.server.BenchDatabase;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Emits one event, handles it, says so and ends. */
public final class StartupProcess {
  private StartupProcess() {}

  /** Told the database by a line of input. */
  public static void main(String[] args) throws Exception {
    Product product = Products.of(args[0]);
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String url = input.readLine();
    if (url == null) {
      return;
    }
    var handled = new CountDownLatch(1);
    try (Client client =
        product.open(
            new BenchDatabase(url),
            Role.worker(event -> handled.countDown(), 1),
            product.tunings().getFirst())) {
      client.start();
      client.emit(Event.of(0));
      handled.await();
      System.out.println("handled");
    }
  }
}
