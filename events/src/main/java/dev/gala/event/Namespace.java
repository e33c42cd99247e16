package dev.gala.event;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A family of topics whose events are River jobs of a kind of their own, in a queue of their own:
 * so that one family can neither hold up nor be confused with another. A runtime works and emits it
 * if it is configured with it; else its events go the ordinary way.
 *
 * @param name lower-case letters and digits, in parts joined by {@code .}, {@code _} or {@code -};
 *     for instance {@code integration.run}
 */
public record Namespace(String name) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[._-][a-z0-9]+)*");
  private static final int LONGEST = 48;

  /** Events of data that changed. */
  public static final Namespace MUTATION = new Namespace("mutation");

  /** Commands of workflows. */
  public static final Namespace WORKFLOW = new Namespace("workflow");

  /** Single runs of integrations. */
  public static final Namespace INTEGRATION_RUN = new Namespace("integration.run");

  /** Recurring runs of integrations. */
  public static final Namespace INTEGRATION_RECONCILE = new Namespace("integration.reconcile");

  /** What integrations bring in. */
  public static final Namespace INTEGRATION_INGEST = new Namespace("integration.ingest");

  /** What integrations are told. */
  public static final Namespace INTEGRATION_WEBHOOK = new Namespace("integration.webhook");

  /** Start-up and maintenance. */
  public static final Namespace SYSTEM = new Namespace("system");

  /**
   * Refuses a name that is not usable.
   *
   * @throws GalaException with {@link GalaError#JOB_KIND_REQUIRED}
   */
  public Namespace {
    Objects.requireNonNull(name, "name");
    if (!NAME.matcher(name).matches() || name.length() > LONGEST) {
      throw new GalaException(
          GalaError.JOB_KIND_REQUIRED,
          "\""
              + name
              + "\" cannot name a namespace: give lower-case letters and digits, in parts joined by"
              + " '.', '_' or '-', at most "
              + LONGEST
              + " characters, for instance integration.run");
    }
  }

  /** The namespace of that name. */
  public static Namespace of(String name) {
    return new Namespace(name);
  }

  /** Those the original's later releases know, in its order. */
  public static List<Namespace> known() {
    return List.of(
        MUTATION,
        WORKFLOW,
        INTEGRATION_RUN,
        INTEGRATION_RECONCILE,
        INTEGRATION_INGEST,
        INTEGRATION_WEBHOOK,
        SYSTEM);
  }

  /** The kind of its jobs: {@code gala.NAME}. */
  public String kind() {
    return "gala." + name;
  }

  /** What the names of its topics begin with: {@code NAME.}. */
  public String prefix() {
    return name + '.';
  }

  /**
   * The queue of its events: {@code BASE_gala_NAME}, each {@code .} of the name being {@code _}.
   */
  public String queue(String base) {
    return base + "_gala_" + name.replace('.', '_');
  }

  /** The namespace within this one. */
  public Namespace child(String part) {
    return new Namespace(prefix() + part);
  }

  /** The name of a topic in it. */
  public String prefixed(String suffix) {
    return prefix() + suffix;
  }

  /** The topic of that name in it, with payloads of class {@code type}, as JSON. */
  public <T> Topic<T> at(String suffix, Class<T> type) {
    return Topic.of(prefixed(suffix), type).in(this);
  }

  /** A unique key in it: its name and these parts, joined by colons. */
  public String key(String... segments) {
    return name + ':' + String.join(":", segments);
  }
}
