package dev.gala.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the event layer refuses or fails at: a code to act on, a message that begins with the
 * code's text and teaches, and the values concerned.
 */
public final class GalaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final GalaError code;
  private final transient Map<String, String> data;

  /** A failure without a cause; {@code detail} says which value and what to do. */
  public GalaException(GalaError code, String detail) {
    this(code, detail, null, Map.of());
  }

  /** A failure with its cause. */
  public GalaException(GalaError code, String detail, @Nullable Throwable cause) {
    this(code, detail, cause, Map.of());
  }

  /**
   * A failure with its cause and data.
   *
   * @param detail follows the code's text after a colon; nothing if empty
   * @param data the values concerned by name, for instance {@code event_id}
   */
  public GalaException(
      GalaError code, String detail, @Nullable Throwable cause, Map<String, String> data) {
    super(detail.isEmpty() ? code.message() : code.message() + ": " + detail, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.data = Map.copyOf(data);
  }

  /** What kind of thing went wrong. */
  public GalaError code() {
    return code;
  }

  /** The values concerned, by name; unmodifiable, empty after Java serialization. */
  public Map<String, String> data() {
    return data == null ? Map.of() : data;
  }

  /** The same failure with one value more. */
  public GalaException with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(data());
    more.put(name, value);
    String message = Objects.requireNonNull(getMessage());
    String detail =
        message.length() == code.message().length()
            ? ""
            : message.substring(code.message().length() + 2);
    GalaException same = new GalaException(code, detail, getCause(), more);
    same.setStackTrace(getStackTrace());
    return same;
  }
}
