package dev.gala.event;

import java.util.Locale;

/** Where emitted events go. */
public enum DispatchMode {
  /** Into the database, as River jobs. */
  DURABLE,
  /** To the listeners of this process, without being stored. */
  IN_MEMORY;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The configured text: {@code durable} or {@code in_memory}. */
  public String text() {
    return text;
  }

  /**
   * The mode of that text.
   *
   * @throws GalaException with {@link GalaError#DISPATCH_MODE_INVALID} if there is none
   */
  public static DispatchMode ofText(String text) {
    return switch (text) {
      case "durable" -> DURABLE;
      case "in_memory" -> IN_MEMORY;
      default ->
          throw new GalaException(
              GalaError.DISPATCH_MODE_INVALID,
              "\"" + text + "\" is no dispatch mode: give durable or in_memory");
    };
  }
}
