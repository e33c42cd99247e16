package dev.gala.river.engine;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.engine.MortalWorker.Task;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that inserts tasks at a steady pace, whatever becomes of the database, each once. It
 * says of each {@code stored N}, {@code failed N} if it is told that nothing was stored, or {@code
 * unknown N} if it is told that nobody knows. One that is relaxed makes no pauses.
 */
final class Emitting {
  private static final int THREADS = 2;
  private static final int PAUSE_MILLIS = 25;
  private static final int LONGEST_TASK_MILLIS = 60;

  private Emitting() {}

  /** The process: the database's URL, the number of the first task, and the durability. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var enough = new CountDownLatch(1);
    var next = new AtomicInteger(Integer.parseInt(arguments[1]));
    var durability = Durability.valueOf(arguments[2]);
    try (RiverDatabase database = RiverDatabase.connect(arguments[0]);
        RiverClient client = RiverClient.create(database, RiverConfig.builder().build())) {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < THREADS; i++) {
        threads.add(Thread.ofPlatform().start(() -> emit(client, next, durability, enough)));
      }
      System.out.println("client " + client.id());
      System.in.readAllBytes();
      enough.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void emit(
      RiverClient client, AtomicInteger next, Durability durability, CountDownLatch enough) {
    int pause = durability == Durability.RELAXED ? 0 : PAUSE_MILLIS;
    try {
      while (!enough.await(pause, TimeUnit.MILLISECONDS)) {
        int number = next.getAndIncrement();
        System.out.println(insert(client, number, durability) + " " + number);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }

  private static String insert(RiverClient client, int number, Durability durability) {
    try {
      client.insert(
          MortalWorker.TASK,
          new Task(number, number % LONGEST_TASK_MILLIS),
          InsertOptions.builder().durability(durability).build(),
          Tx.own());
      return "stored";
    } catch (RiverException e) {
      if (e.code() == RiverError.OUTCOME_UNKNOWN) {
        return "unknown";
      }
      if (!e.isTransient()) {
        throw e;
      }
      return "failed";
    }
  }
}
