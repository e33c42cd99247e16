package dev.gala.internal.dispatch;

import dev.gala.event.Delivery;
import dev.gala.event.Injector;
import dev.gala.event.RecordOutcomes;
import dev.gala.event.UnknownTopics;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How events are dispatched.
 *
 * @param listenerTimeout how long a listener may take if its definition does not say; zero means no
 *     limit
 * @param interruptGrace how long an interrupted listener is waited for before it is left behind
 * @param missingListenerGrace how long after its due time an event waits for listeners that are not
 *     here
 * @param unknownTopics what becomes of events whose topic is not registered here
 * @param alone whether no other process handles these events, so that there is nobody to wait for
 * @param delivery how the listeners of an event stand to each other
 * @param recordOutcomes when it is recorded how each ended
 * @param metrics is told what they do
 * @param injector gives handlers what they depend on
 */
public record DispatchRules(
    Duration listenerTimeout,
    Duration interruptGrace,
    Duration missingListenerGrace,
    UnknownTopics unknownTopics,
    boolean alone,
    Delivery delivery,
    RecordOutcomes recordOutcomes,
    GalaMetrics metrics,
    Injector injector) {

  /** As good as for ever, and still a time that can be reckoned with and stored. */
  private static final Duration LONGEST = Duration.ofDays(36_525);

  /** Caps the times at a hundred years. */
  public DispatchRules {
    listenerTimeout = capped(listenerTimeout);
    interruptGrace = capped(interruptGrace);
    missingListenerGrace = capped(missingListenerGrace);
  }

  /** {@code time}, or a hundred years if that is shorter. */
  static Duration capped(Duration time) {
    return time.compareTo(LONGEST) < 0 ? time : LONGEST;
  }

  /** The rules of durable mode. */
  public static DispatchRules durable() {
    return new DispatchRules(
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ofMinutes(10),
        UnknownTopics.DEFER,
        false,
        Delivery.ISOLATED,
        RecordOutcomes.WHEN_NEEDED,
        GalaMetrics.none(),
        Injector.none());
  }

  /** The rules of in-memory mode: nobody else is there. */
  public static DispatchRules inMemory() {
    return new DispatchRules(
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ZERO,
        UnknownTopics.FAIL,
        true,
        Delivery.ISOLATED,
        RecordOutcomes.WHEN_NEEDED,
        GalaMetrics.none(),
        Injector.none());
  }

  /** These with another timeout of listeners. */
  public DispatchRules withListenerTimeout(Duration listenerTimeout) {
    return changed(draft -> draft.listenerTimeout = listenerTimeout);
  }

  /** These with another grace for interrupted listeners. */
  public DispatchRules withInterruptGrace(Duration interruptGrace) {
    return changed(draft -> draft.interruptGrace = interruptGrace);
  }

  /** These with another grace for missing listeners. */
  public DispatchRules withMissingListenerGrace(Duration missingListenerGrace) {
    return changed(draft -> draft.missingListenerGrace = missingListenerGrace);
  }

  /** These with another way with unknown topics. */
  public DispatchRules withUnknownTopics(UnknownTopics unknownTopics) {
    return changed(draft -> draft.unknownTopics = unknownTopics);
  }

  /** These with another way of the listeners with each other. */
  public DispatchRules withDelivery(Delivery delivery) {
    return changed(draft -> draft.delivery = delivery);
  }

  /** These with another rule of what is recorded. */
  public DispatchRules withRecordOutcomes(RecordOutcomes recordOutcomes) {
    return changed(draft -> draft.recordOutcomes = recordOutcomes);
  }

  /** These, with somebody who counts. */
  public DispatchRules withMetrics(GalaMetrics metrics) {
    return changed(draft -> draft.metrics = metrics);
  }

  /** These, with what handlers depend on. */
  public DispatchRules withInjector(Injector injector) {
    return changed(draft -> draft.injector = injector);
  }

  boolean isSequential() {
    return delivery == Delivery.SEQUENTIAL;
  }

  /** How rounds are judged. */
  Round.Mode mode() {
    return new Round.Mode(isSequential(), recordOutcomes == RecordOutcomes.ALWAYS);
  }

  private DispatchRules changed(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new DispatchRules(
        draft.listenerTimeout,
        draft.interruptGrace,
        draft.missingListenerGrace,
        draft.unknownTopics,
        alone,
        draft.delivery,
        draft.recordOutcomes,
        draft.metrics,
        draft.injector);
  }

  /** Rules of which some are about to be others. */
  private static final class Draft {
    private Duration listenerTimeout;
    private Duration interruptGrace;
    private Duration missingListenerGrace;
    private UnknownTopics unknownTopics;
    private Delivery delivery;
    private RecordOutcomes recordOutcomes;
    private GalaMetrics metrics;
    private Injector injector;

    private Draft(DispatchRules rules) {
      listenerTimeout = rules.listenerTimeout;
      interruptGrace = rules.interruptGrace;
      missingListenerGrace = rules.missingListenerGrace;
      unknownTopics = rules.unknownTopics;
      delivery = rules.delivery;
      recordOutcomes = rules.recordOutcomes;
      metrics = rules.metrics;
      injector = rules.injector;
    }
  }
}
