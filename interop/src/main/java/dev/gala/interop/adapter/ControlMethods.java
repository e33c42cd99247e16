package dev.gala.interop.adapter;

import dev.gala.river.Queues;
import dev.gala.river.job.Tx;
import dev.gala.river.migrate.MigrationRange;
import dev.gala.river.migrate.Migrator;
import java.util.List;
import java.util.Map;

/** Queues, migrations and transactions. */
final class ControlMethods {
  private static final int ALL_THE_WAY = -1;

  private final Databases databases;

  ControlMethods(Databases databases) {
    this.databases = databases;
  }

  Map<String, Method> all() {
    return Map.of(
        "migrate",
        this::migrate,
        "request_resign",
        this::requestResign,
        "queue",
        this::queue,
        "tx_begin",
        this::begin,
        "tx_end",
        this::end);
  }

  private String queue(Params params) {
    String name = params.required("name");
    Queues queues = databases.in(params.text("schema")).queues();
    Tx tx = databases.tx(params.text("tx"));
    String action = params.required("action");
    switch (action) {
      case "pause" -> queues.pause(name, tx);
      case "resume" -> queues.resume(name, tx);
      case "update" -> queues.update(name, params.raw("metadata"), tx);
      default ->
          throw RpcException.invalidParams(
              "action is " + action + ": give pause, resume or update");
    }
    return Method.NOTHING;
  }

  private String migrate(Params params) {
    Migrator migrator = databases.in(params.text("schema")).migrator(Migrator.MAIN_LINE);
    List<Integer> versions =
        migrator.run(range(params)).stream().map(Migrator.Version::version).toList();
    return Json.object("versions", Json.array(versions.stream().map(String::valueOf).toList()));
  }

  private static MigrationRange range(Params params) {
    int target = params.small("target_version", 0);
    String direction = params.text("direction", "up");
    return switch (direction) {
      case "up" -> target == 0 ? MigrationRange.up() : MigrationRange.upTo(target);
      case "down" ->
          switch (target) {
            case ALL_THE_WAY -> MigrationRange.downAll();
            case 0 -> MigrationRange.down();
            default -> MigrationRange.downTo(target);
          };
      default -> throw RpcException.invalidParams("direction is " + direction + ": up or down");
    };
  }

  private String requestResign(Params params) {
    databases.inserter(params.text("schema")).requestResign(databases.tx(params.text("tx")));
    return Method.NOTHING;
  }

  private String begin(Params params) {
    databases.begin(params.required("tx"));
    return Method.NOTHING;
  }

  private String end(Params params) {
    databases.end(params.required("tx"), params.flag("commit"));
    return Method.NOTHING;
  }
}
