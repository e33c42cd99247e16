package dev.gala;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, whatever it is used for. */
final class ConfigProblems {
  private final List<String> problems = new ArrayList<>();

  private ConfigProblems() {}

  /** Everything that is wrong, each with its remedy; may be added to. */
  static List<String> of(GalaConfig config) {
    var found = new ConfigProblems();
    found.look(config);
    return found.problems;
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
