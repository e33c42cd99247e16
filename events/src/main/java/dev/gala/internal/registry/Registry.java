package dev.gala.internal.registry;

import dev.gala.event.Codec;
import dev.gala.event.Definition;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.event.Loop;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.spi.CodecFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a runtime and their listeners. Safe for use by many threads: a change makes a new
 * map under a lock, so that emits and dispatches read without one, and several definitions appear
 * at once or not at all.
 */
public final class Registry {
  private final CodecFactory codecs;
  private final Renames renames;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<ListenerId, Definition<?>> detached = new HashMap<>();
  private volatile Map<String, RegisteredTopic> topics = Map.of();

  /**
   * Listeners that were taken from a topic.
   *
   * @param topic its name
   * @param listeners their names; without those that stand for another listener by now
   */
  public record Detached(String topic, Set<String> listeners) {}

  /** An empty registry in which nothing was renamed. */
  public Registry(CodecFactory codecs) {
    this(codecs, Renames.none());
  }

  /**
   * An empty registry.
   *
   * @param codecs serves the topics that bring none
   * @param renames the names that stored events may still have
   */
  public Registry(CodecFactory codecs, Renames renames) {
    this.codecs = Objects.requireNonNull(codecs, "codecs");
    this.renames = Objects.requireNonNull(renames, "renames");
  }

  /** The names that stored events may still have. */
  public Renames renames() {
    return renames;
  }

  /**
   * Registers a new topic.
   *
   * @throws GalaException with {@link GalaError#TOPIC_ALREADY_REGISTERED}
   */
  public void register(Topic<?> topic) {
    changing.lock();
    try {
      if (topics.containsKey(topic.name())) {
        throw new GalaException(
            GalaError.TOPIC_ALREADY_REGISTERED,
            "\"" + topic.name() + "\": register it once, or give the other topic another name",
            null,
            Map.of("topic", topic.name()));
      }
      Map<String, RegisteredTopic> next = new HashMap<>(topics);
      next.put(topic.name(), registered(topic));
      topics = next;
    } finally {
      changing.unlock();
    }
  }

  /**
   * The topic of that name, registered now if it was not.
   *
   * @throws GalaException with {@link GalaError#PAYLOAD_TYPE_MISMATCH} if it is registered with
   *     another type of payload, or {@link GalaError#TOPIC_ALREADY_REGISTERED} if with another
   *     codec
   */
  public RegisteredTopic ensure(Topic<?> topic) {
    RegisteredTopic known = topics.get(topic.name());
    if (known == null) {
      changing.lock();
      try {
        known = topics.get(topic.name());
        if (known == null) {
          Map<String, RegisteredTopic> next = new HashMap<>(topics);
          known = registered(topic);
          next.put(topic.name(), known);
          topics = next;
          return known;
        }
      } finally {
        changing.unlock();
      }
    }
    requireSame(known, topic);
    return known;
  }

  /**
   * Attaches a listener to a registered topic.
   *
   * @throws GalaException with {@link GalaError#LISTENER_TOPIC_NOT_REGISTERED}, {@link
   *     GalaError#LISTENER_ALREADY_ATTACHED} or {@link GalaError#PAYLOAD_TYPE_MISMATCH}, or {@link
   *     GalaError#TOPIC_ALREADY_REGISTERED} if the topic has another codec
   */
  public ListenerId attach(Definition<?> definition) {
    changing.lock();
    try {
      Map<String, RegisteredTopic> next = new HashMap<>(topics);
      if (!next.containsKey(definition.topic().name())) {
        throw new GalaException(
            GalaError.LISTENER_TOPIC_NOT_REGISTERED,
            "listener \""
                + definition.name()
                + "\" wants topic "
                + definition.topic().name()
                + ": register it first",
            null,
            Map.of("topic", definition.topic().name(), "listener", definition.name()));
      }
      ListenerId id = attach(next, definition);
      topics = next;
      return id;
    } finally {
      changing.unlock();
    }
  }

  /** {@link #register(List, Predicate)} of all. */
  public List<ListenerId> register(List<? extends Definition<?>> definitions) {
    return register(definitions, definition -> true);
  }

  /**
   * Registers the topics that are missing and attaches listeners; none if one is not valid.
   *
   * @param attached which of them are attached; of the others the topics are registered
   * @return their ids, in the order given
   * @throws GalaException with {@link GalaError#LISTENER_ALREADY_ATTACHED} or {@link
   *     GalaError#PAYLOAD_TYPE_MISMATCH}, or {@link GalaError#TOPIC_ALREADY_REGISTERED} if a topic
   *     has another codec
   */
  public List<ListenerId> register(
      List<? extends Definition<?>> definitions, Predicate<Definition<?>> attached) {
    changing.lock();
    try {
      Map<String, RegisteredTopic> next = new HashMap<>(topics);
      List<ListenerId> ids = new ArrayList<>(definitions.size());
      for (Definition<?> definition : definitions) {
        Topic<?> topic = definition.topic();
        if (!next.containsKey(topic.name())) {
          next.put(topic.name(), registered(topic));
        }
        ids.add(attached.test(definition) ? attach(next, definition) : ListenerId.random());
      }
      topics = next;
      return List.copyOf(ids);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Takes listeners away, and remembers them until {@link #forget}; ids of none are passed over.
   *
   * @return what was taken away by these ids, now or before, by topic
   */
  public List<Detached> detach(Collection<ListenerId> ids) {
    Set<ListenerId> given = Set.copyOf(ids);
    changing.lock();
    try {
      Map<String, RegisteredTopic> next = new HashMap<>(topics);
      for (RegisteredTopic topic : topics.values()) {
        List<RegisteredTopic.Attached> gone =
            topic.listeners().stream().filter(l -> given.contains(l.id())).toList();
        if (!gone.isEmpty()) {
          gone.forEach(l -> detached.put(l.id(), l.definition()));
          next.put(topic.name(), topic.without(given));
        }
      }
      topics = next;
      Map<String, Set<String>> names = new TreeMap<>();
      detached.forEach(
          (id, definition) -> {
            String topic = definition.topic().name();
            if (given.contains(id) && !require(topic).listenerNames().contains(definition.name())) {
              names.computeIfAbsent(topic, t -> new TreeSet<>()).add(definition.name());
            }
          });
      return names.entrySet().stream().map(e -> new Detached(e.getKey(), e.getValue())).toList();
    } finally {
      changing.unlock();
    }
  }

  /** Forgets listeners that were taken away. */
  public void forget(Collection<ListenerId> ids) {
    changing.lock();
    try {
      detached.keySet().removeAll(Set.copyOf(ids));
    } finally {
      changing.unlock();
    }
  }

  /** The topic of that name as it is now; null if none is registered. */
  public @Nullable RegisteredTopic find(String topicName) {
    return topics.get(topicName);
  }

  /**
   * The topic that a stored event of that name is for, as it is now: the topic itself if somebody
   * listens to it, else the first that is known of those it was renamed to. Null if none of them is
   * registered.
   */
  public @Nullable RegisteredTopic receiving(String topicName) {
    Map<String, RegisteredTopic> known = topics;
    RegisteredTopic named = known.get(topicName);
    if (named != null && !named.listeners().isEmpty()) {
      return named;
    }
    for (String next : renames.topicsOnTheWay(topicName)) {
      RegisteredTopic renamed = known.get(next);
      if (renamed != null && (named == null || !renamed.listeners().isEmpty())) {
        return renamed;
      }
    }
    return named;
  }

  /**
   * The topic of that name as it is now.
   *
   * @throws GalaException with {@link GalaError#TOPIC_NOT_REGISTERED}
   */
  public RegisteredTopic require(String topicName) {
    RegisteredTopic topic = topics.get(topicName);
    if (topic == null) {
      throw new GalaException(
          GalaError.TOPIC_NOT_REGISTERED,
          "\"" + topicName + "\": register it, or attach a listener to it, in this process",
          null,
          Map.of("topic", topicName));
    }
    return topic;
  }

  /** All topics as they are now; unmodifiable. */
  public List<RegisteredTopic> all() {
    return List.copyOf(topics.values());
  }

  /** The names of all topics; unmodifiable. */
  public Set<String> topicNames() {
    return Set.copyOf(topics.keySet());
  }

  /** Whether some listener would take an event of that topic and operation. */
  public boolean interestedIn(String topicName, String operation) {
    RegisteredTopic topic = topics.get(topicName);
    return topic != null && topic.interestedIn(operation);
  }

  /**
   * The payload as JSON text.
   *
   * @throws GalaException with {@link GalaError#TOPIC_NOT_REGISTERED}, {@link
   *     GalaError#PAYLOAD_TYPE_MISMATCH} or {@link GalaError#PAYLOAD_ENCODE_FAILED}
   */
  public String encodePayload(String topicName, Object payload) {
    return require(topicName).encode(payload);
  }

  /**
   * The payload that {@code json} carries.
   *
   * @throws GalaException with {@link GalaError#TOPIC_NOT_REGISTERED}, {@link
   *     GalaError#ENVELOPE_PAYLOAD_REQUIRED} or {@link GalaError#PAYLOAD_DECODE_FAILED}
   */
  public Object decodePayload(String topicName, String json) {
    return require(topicName).decode(json);
  }

  /** Attaches to a topic that is in {@code next}, in {@code next} alone. */
  @SuppressWarnings("unchecked") // requireSame: the topic decodes what the listener wants
  private static ListenerId attach(Map<String, RegisteredTopic> next, Definition<?> definition) {
    RegisteredTopic topic = Objects.requireNonNull(next.get(definition.topic().name()));
    requireSame(topic, definition.topic());
    if (topic.listenerNames().contains(definition.name())) {
      throw new GalaException(
          GalaError.LISTENER_ALREADY_ATTACHED,
          "\""
              + definition.name()
              + "\" on topic "
              + topic.name()
              + ": give each listener of a topic a name of its own",
          null,
          Map.of("topic", topic.name(), "listener", definition.name()));
    }
    if (definition.work() instanceof Loop<?> && topic.loop() != null) {
      throw new GalaException(
          GalaError.LISTENER_ALREADY_ATTACHED,
          "topic "
              + topic.name()
              + " has a loop already, and \""
              + definition.name()
              + "\" is one: each event of a topic is one run of one loop; give it its own topic",
          null,
          Map.of("topic", topic.name(), "listener", definition.name()));
    }
    if (definition.work() instanceof Loop<?> && topic.topic().deletesOnCompletion()) {
      throw new GalaException(
          GalaError.TOPIC_DELETES_COMPLETED,
          "topic "
              + topic.name()
              + " deletes its events on completion, but \""
              + definition.name()
              + "\" is a loop, whose completed runs keep it from beginning twice: leave out"
              + " deleteOnCompletion()",
          null,
          Map.of("topic", topic.name(), "listener", definition.name()));
    }
    ListenerId id = ListenerId.random();
    next.put(
        topic.name(),
        topic.with(new RegisteredTopic.Attached(id, (Definition<Object>) definition)));
    return id;
  }

  private static void requireSame(RegisteredTopic known, Topic<?> topic) {
    if (!known.topic().payloadType().equals(topic.payloadType())) {
      throw new GalaException(
          GalaError.PAYLOAD_TYPE_MISMATCH,
          "topic "
              + topic.name()
              + " is registered with "
              + known.topic().payloadType().getTypeName()
              + ", not "
              + topic.payloadType().getTypeName(),
          null,
          Map.of("topic", topic.name()));
    }
    if (!Objects.equals(known.topic().codec(), topic.codec())) {
      throw new GalaException(
          GalaError.TOPIC_ALREADY_REGISTERED,
          "\""
              + topic.name()
              + "\" with "
              + name(known.topic().codec())
              + ", and is now given with "
              + name(topic.codec())
              + ": keep the topic in one constant, so that all use the same codec",
          null,
          Map.of("topic", topic.name()));
    }
    if (!Objects.equals(known.topic().namespace(), topic.namespace())
        || !Objects.equals(known.topic().uniqueKey(), topic.uniqueKey())
        || !Objects.equals(known.topic().versions(), topic.versions())
        || known.topic().deletesOnCompletion() != topic.deletesOnCompletion()) {
      throw new GalaException(
          GalaError.TOPIC_ALREADY_REGISTERED,
          "\""
              + topic.name()
              + "\", and is now given with another namespace, unique key, versions or deletion: keep"
              + " the topic in one constant, so that all emit and read it the same way",
          null,
          Map.of("topic", topic.name()));
    }
  }

  private static String name(@Nullable Codec<?> codec) {
    return codec == null
        ? "the default codec"
        : codec.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(codec));
  }

  @SuppressWarnings("unchecked") // a topic's codec writes its own type; others are refused before
  private RegisteredTopic registered(Topic<?> topic) {
    Codec<?> own = topic.codec();
    Codec<Object> codec = own == null ? codecs.codec(topic.payloadType()) : (Codec<Object>) own;
    if (codec == null) {
      throw new GalaException(
          GalaError.CODEC_REQUIRED,
          "topic " + topic.name() + " brings none and " + codecs + " made none",
          null,
          Map.of("topic", topic.name()));
    }
    return new RegisteredTopic(topic, PayloadForms.of(topic, codec, codecs), renames, List.of());
  }
}
