package dev.gala.river.internal.execute;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.Steps;
import java.sql.Connection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** River's resumable steps: which are skipped, and what is kept of them. */
final class ResumableSteps implements Steps {
  /** Writes metadata in a caller's transaction. */
  @FunctionalInterface
  interface Checkpoints {
    void write(Connection connection, String metadata);
  }

  private static final String STEP = "river:resumable_step";
  private static final String CURSOR = "river:resumable_cursor";

  private final Checkpoints checkpoints;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> cursors = new TreeMap<>(GoJson.KEY_ORDER);
  private final @Nullable String resumeAt;
  private final boolean cursorsKept;
  private boolean met;
  private @Nullable String completed;
  private @Nullable String current;
  private boolean currentHasCursor;
  private boolean uncertain;
  private @Nullable Exception failure;

  /**
   * Steps of an attempt.
   *
   * @param metadata of the row as claimed
   */
  ResumableSteps(String metadata, Checkpoints checkpoints) {
    this.checkpoints = checkpoints;
    this.resumeAt = kept(metadata);
    this.met = resumeAt == null;
    String kept = metadata.contains(CURSOR) ? cursorsIn(metadata) : null;
    if (kept != null) {
      cursors.putAll(JsonObjects.members(kept));
    }
    this.cursorsKept = !cursors.isEmpty();
  }

  /**
   * Of an attempt that knows no steps.
   *
   * @throws IllegalStateException if the job stands at one
   */
  static void checkNoneKept(String metadata) {
    String step = kept(metadata);
    if (step != null) {
      throw notFound(step);
    }
  }

  @Override
  public void step(String name, StepAction body) throws Exception {
    run(name, false, cursor -> body.run());
  }

  @Override
  public void stepWithCursor(String name, StepBody body) throws Exception {
    run(name, true, body);
  }

  @Override
  public void setCursor(String json) {
    String step = current;
    if (step == null || !currentHasCursor) {
      throw new IllegalStateException(
          "a cursor is kept for a step with a cursor: call setCursor inside of stepWithCursor");
    }
    cursors.put(step, GivenJson.check("the cursor of step \"" + step + "\"", json));
  }

  @Override
  public void checkpoint(Connection connection, @Nullable String cursor) {
    String step = current;
    if (step == null) {
      throw new IllegalStateException(
          "a checkpoint is one of a step: call checkpoint inside of a step");
    }
    if (cursor != null) {
      setCursor(cursor);
    } else {
      cursors.remove(step);
    }
    checkpoints.write(
        connection, "{" + member(CURSOR, cursorsJson()) + "," + stepMember(step) + "}");
    uncertain = true;
  }

  private void run(String name, boolean withCursor, StepBody body) throws Exception {
    if (!seen.add(name)) {
      throw failed(
          new IllegalStateException(
              "resumable step \"" + name + "\" was used before: give each step its own name"));
    }
    if (failure != null) {
      throw new IllegalStateException(
          "resumable step \"" + name + "\" does not begin: a step before it failed", failure);
    }
    if (!met) {
      met = name.equals(resumeAt);
      if (!met) {
        return;
      }
      completed = name;
      if (!withCursor || !cursors.containsKey(name)) {
        return;
      }
    }
    String outer = current;
    boolean outerHasCursor = currentHasCursor;
    current = name;
    currentHasCursor = withCursor;
    try {
      body.run(withCursor ? cursors.get(name) : null);
    } catch (Exception e) {
      throw failed(e);
    } finally {
      current = outer;
      currentHasCursor = outerHasCursor;
    }
    completed = name;
    cursors.remove(name);
    uncertain = false;
  }

  private Exception failed(Exception e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /**
   * Looks whether the attempt may count as done.
   *
   * @throws Exception what failed a step, though the worker went on; or that the step the job stood
   *     at was never met
   */
  void checkDone() throws Exception {
    if (failure != null) {
      throw failure;
    }
    if (!met && resumeAt != null) {
      throw notFound(resumeAt);
    }
  }

  /**
   * Stages how far an attempt came that did not end well. Nothing if the last thing was a
   * checkpoint: whether its transaction was committed only the row knows, and what is staged would
   * hide that. In doubt steps are done again, never left out.
   */
  void stage(StagedMetadata metadata) {
    if (uncertain) {
      return;
    }
    if (completed != null) {
      metadata.put(STEP, GoJson.quote(completed));
    }
    if (!cursors.isEmpty() || cursorsKept) {
      metadata.put(CURSOR, cursorsJson());
    }
  }

  private String cursorsJson() {
    if (cursors.isEmpty()) {
      return "null";
    }
    var json = new StringBuilder("{");
    cursors.forEach(
        (step, cursor) -> json.append(json.length() > 1 ? "," : "").append(member(step, cursor)));
    return json.append('}').toString();
  }

  private static String stepMember(String step) {
    return member(STEP, GoJson.quote(step));
  }

  private static String member(String key, String json) {
    return GoJson.quote(key) + ":" + json;
  }

  private static @Nullable String kept(String metadata) {
    // Most rows have none: those are not parsed.
    String step = metadata.contains(STEP) ? JsonObjects.textAt(metadata, STEP) : null;
    return step == null || step.isEmpty() ? null : step;
  }

  private static @Nullable String cursorsIn(String metadata) {
    String cursors = JsonObjects.members(metadata).get(CURSOR);
    return cursors == null || cursors.equals("null") ? null : cursors;
  }

  private static IllegalStateException notFound(String step) {
    return new IllegalStateException("river: resumable step \"" + step + "\" not found in Worker");
  }
}
