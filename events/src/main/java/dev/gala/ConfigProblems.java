package dev.gala;

import dev.gala.event.DispatchMode;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, whatever it is used for. */
final class ConfigProblems {
  private final List<String> problems = new ArrayList<>();

  private ConfigProblems() {}

  /**
   * Lets a configuration pass, or not.
   *
   * @throws GalaException with {@link GalaError#RIVER_CONNECTION_URI_REQUIRED} if nothing is wrong
   *     but that a durable runtime has no database
   * @throws IllegalArgumentException naming everything that is wrong
   */
  static void refuse(GalaConfig config) {
    var found = new ConfigProblems();
    found.look(config);
    if (config.enabled() && config.dispatchMode() == DispatchMode.DURABLE) {
      found.lookAtEngine(config);
    } else {
      found.requireNotNegative(
          "softStopTimeout", config.softStopTimeout()); // Else the engine does.
    }
    if (!found.problems.isEmpty()) {
      throw new IllegalArgumentException(
          "gala configuration: " + String.join("; ", found.problems));
    }
  }

  /** What the engine would refuse is told here, before anything is connected to. */
  private void lookAtEngine(GalaConfig config) {
    try {
      DurableTransport.riverConfig(config.withSomeQueue(), context -> Outcome.done());
    } catch (RiverException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (config.databases() == 0) {
      String remedy = "give url(…), dataSource(…) or database(…), or dispatchMode(IN_MEMORY)";
      if (problems.isEmpty()) {
        throw new GalaException(GalaError.RIVER_CONNECTION_URI_REQUIRED, remedy);
      }
      problems.add("there is no database: " + remedy);
    }
  }

  private void look(GalaConfig config) {
    if (config.databases() > 1) {
      problems.add("there are several databases: give one of url, dataSource and database");
    }
    requirePositive("workerCount", config.workerCount());
    if (config.queueName().isBlank()) {
      problems.add(
          "queueName is blank: give a name, or leave it at " + GalaConfig.DEFAULT_QUEUE_NAME);
    }
    if (config.maxRetries() < 0 || config.maxRetries() > Short.MAX_VALUE) {
      problems.add("maxRetries is " + config.maxRetries() + ": give 0 to " + Short.MAX_VALUE);
    }
    problems.addAll(config.renames().problems());
    requirePositive("payloadLimit", config.limits().payload());
    requirePositive("headersLimit", config.limits().headers());
    requirePositive("contextLimit", config.contextLimit());
    config
        .namespaces()
        .forEach((namespace, workers) -> requirePositive("the workers of " + namespace, workers));
    requirePositive("transactionConnections", config.transactionConnections());
    requireNotNegative("jobTimeout", config.jobTimeout());
    requireNotNegative("missingListenerGrace", config.missingListenerGrace());
  }

  private void requirePositive(String name, int number) {
    if (number < 1) {
      problems.add(name + " is " + number + ": give at least 1");
    }
  }

  private void requireNotNegative(String name, Duration limit) {
    if (limit.isNegative()) {
      problems.add(name + " is " + limit + ": give zero or more");
    }
  }
}
