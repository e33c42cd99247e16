package dev.gala.bench.profile;

import java.util.List;

/** What a sampled thread was doing. */
enum Area {
  HARNESS("the harness itself", "dev.gala.bench."),
  JSON("JSON by Jackson, of payloads", "tools.jackson.", "com.fasterxml.jackson."),
  GO_JSON("JSON in Go's form: checks, escapes", "dev.gala.river.json."),
  WIRE("envelopes", "dev.gala.internal.wire.", "dev.gala.event.", "dev.gala.durable."),
  DRIVER("PostgreSQL's JDBC driver", "org.postgresql."),
  POOL("the pool of connections", "com.zaxxer.hikari."),
  STATEMENTS("statements: binding, reading", "dev.gala.river.postgres."),
  INSERT("inserts: rules, sharing", "dev.gala.river.internal.insert."),
  COMPLETE("completions", "dev.gala.river.internal.complete."),
  PRODUCE("claims, slots", "dev.gala.river.internal.produce.", "dev.gala.river.internal.rescue."),
  EXECUTE("attempts", "dev.gala.river."),
  EMIT("emitting: topics, context", "dev.gala.internal.emit.", "dev.gala.internal.registry."),
  DISPATCH("dispatch to listeners", "dev.gala."),
  THREADS("threads: starting, waiting, waking", "java.lang.VirtualThread", "java.util.concurrent."),
  OTHER("the rest");

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> prefixes;

  Area(String title, String... prefixes) {
    this.title = title;
    this.prefixes = List.of(prefixes);
  }

  String title() {
    return title;
  }

  /**
   * Of a stack, by class names, the innermost first. Who called the JDK is asked for what it does;
   * threads that only hand over to each other are what they are.
   */
  static Area of(List<String> classes) {
    for (String name : classes) {
      for (Area area : values()) {
        if (area != THREADS && area.prefixes.stream().anyMatch(name::startsWith)) {
          return area;
        }
      }
    }
    boolean threads =
        classes.stream().anyMatch(name -> THREADS.prefixes.stream().anyMatch(name::startsWith));
    return threads ? THREADS : OTHER;
  }
}
