package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.event.Delivery;
import dev.gala.event.DispatchMode;
import dev.gala.event.Injector;
import dev.gala.event.Namespace;
import dev.gala.event.RecordOutcomes;
import dev.gala.event.Renames;
import dev.gala.event.UnknownTopics;
import dev.gala.json.JsonCodecs;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.spi.CodecFactory;
import dev.gala.spi.ContextCodec;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What can be set, with the defaults. Its builder fills it in; a configuration has a copy. */
final class GalaSettings {
  DispatchMode dispatchMode = DispatchMode.DURABLE;
  boolean enabled = true;
  @Nullable RiverDatabase database;
  @Nullable String url;
  @Nullable DataSource dataSource;
  @Nullable String schema;
  String queueName = GalaConfig.DEFAULT_QUEUE_NAME;
  int workerCount = 50;
  Map<String, Integer> queueWorkers = new LinkedHashMap<>();
  Map<Namespace, Integer> namespaces = new LinkedHashMap<>();
  int payloadLimit = 1024 * 1024;
  int headersLimit = 64 * 1024;
  int contextLimit = ContextManager.DEFAULT_LIMIT;
  int maxRetries;
  boolean runMigrations;
  Duration fetchCooldown = Duration.ofMillis(100);
  Duration fetchPollInterval = Duration.ofSeconds(1);
  boolean pollOnly;
  Duration jobTimeout = Duration.ofMinutes(15);
  Duration softStopTimeout = Duration.ofSeconds(8);
  HeartbeatConfig heartbeat = HeartbeatConfig.defaults();
  Duration missingListenerGrace = Duration.ofMinutes(10);
  UnknownTopics unknownTopics = UnknownTopics.DEFER;
  Renames renames = Renames.none();
  Delivery delivery = Delivery.ISOLATED;
  RecordOutcomes recordOutcomes = RecordOutcomes.WHEN_NEEDED;
  int transactionConnections;
  List<ContextCodec> contextCodecs = new ArrayList<>();
  CodecFactory codecs = JsonCodecs.defaults();
  GalaMetrics metrics = GalaMetrics.none();
  Injector injector = Injector.none();
  InstantSource clock = InstantSource.system();

  /** One that does not change with this one. */
  GalaSettings copy() {
    var copy = new GalaSettings();
    copy.dispatchMode = dispatchMode;
    copy.enabled = enabled;
    copy.database = database;
    copy.url = url;
    copy.dataSource = dataSource;
    copy.schema = schema;
    copy.queueName = queueName;
    copy.workerCount = workerCount;
    copy.queueWorkers = new LinkedHashMap<>(queueWorkers);
    copy.namespaces = Collections.unmodifiableMap(new LinkedHashMap<>(namespaces));
    copy.payloadLimit = payloadLimit;
    copy.headersLimit = headersLimit;
    copy.contextLimit = contextLimit;
    copy.maxRetries = maxRetries;
    copy.runMigrations = runMigrations;
    copy.fetchCooldown = fetchCooldown;
    copy.fetchPollInterval = fetchPollInterval;
    copy.pollOnly = pollOnly;
    copy.jobTimeout = jobTimeout;
    copy.softStopTimeout = softStopTimeout;
    copy.heartbeat = heartbeat;
    copy.missingListenerGrace = missingListenerGrace;
    copy.unknownTopics = unknownTopics;
    copy.renames = renames;
    copy.delivery = delivery;
    copy.recordOutcomes = recordOutcomes;
    copy.transactionConnections = transactionConnections;
    copy.contextCodecs = List.copyOf(contextCodecs);
    copy.codecs = codecs;
    copy.metrics = metrics;
    copy.injector = injector;
    copy.clock = clock;
    return copy;
  }
}
