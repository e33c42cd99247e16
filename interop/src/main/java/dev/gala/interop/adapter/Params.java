package dev.gala.interop.adapter;

import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, or a part of them. What is missing or null is not given; what is of
 * another type than asked for is refused; what nobody knows is refused by {@link Shapes}.
 */
final class Params {
  private static final Params NONE = new Params("{}", Map.of());

  private final String json;
  private final Map<String, String> members;

  private Params(String json, Map<String, String> members) {
    this.json = json;
    this.members = members;
  }

  /** Those that {@code json} holds; null is none. */
  static Params of(@Nullable String json) {
    if (json == null || json.equals("null")) {
      return NONE;
    }
    try {
      return new Params(json, JsonObjects.members(json));
    } catch (IllegalArgumentException e) {
      throw RpcException.invalidParams("parameters are " + json + ": give an object");
    }
  }

  /** The names of what is given. */
  Set<String> names() {
    return members.keySet();
  }

  /** The value as it is written, without white space. */
  @Nullable String raw(String name) {
    String value = members.get(name);
    return value == null || value.equals("null") ? null : value;
  }

  @Nullable String text(String name) {
    return raw(name) == null ? null : fitting(name, "a text", JsonObjects.textAt(json, name));
  }

  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /** A text that says something; refused if it is not given. */
  String required(String name) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      throw RpcException.invalidParams(name + " is not given");
    }
    return text;
  }

  long number(String name, long otherwise) {
    return raw(name) == null
        ? otherwise
        : fitting(name, "a whole number", JsonObjects.longAt(json, name));
  }

  int small(String name, int otherwise) {
    long number = number(name, otherwise);
    if (number != (int) number) {
      throw RpcException.invalidParams(name + " is " + number + ": give a number of 32 bits");
    }
    return (int) number;
  }

  /** A job's id; refused if it is not given. */
  long id() {
    if (raw("id") == null) {
      throw RpcException.invalidParams("id is not given");
    }
    return number("id", 0);
  }

  boolean flag(String name) {
    String value = raw(name);
    return value != null
        && fitting(
            name,
            "true or false",
            switch (value) {
              case "true" -> Boolean.TRUE;
              case "false" -> Boolean.FALSE;
              default -> null;
            });
  }

  /** Milliseconds; null if there are none, or not more than zero. */
  @Nullable Duration millis(String name) {
    long millis = number(name, 0);
    return millis > 0 ? Duration.ofMillis(millis) : null;
  }

  @Nullable Instant time(String name) {
    String text = text(name);
    try {
      return text == null ? null : GoTime.parse(text);
    } catch (DateTimeException e) {
      throw RpcException.invalidParams(name + ": " + e.getMessage());
    }
  }

  List<String> texts(String name) {
    return listed(name, JsonObjects::texts);
  }

  List<Long> numbers(String name) {
    return listed(name, list -> JsonObjects.elements(list).stream().map(Long::valueOf).toList());
  }

  List<Params> objects(String name) {
    return listed(name, list -> JsonObjects.elements(list).stream().map(Params::of).toList());
  }

  @Nullable Params object(String name) {
    String value = raw(name);
    return value == null ? null : of(value);
  }

  private <T> List<T> listed(String name, Function<String, List<T>> reader) {
    String value = raw(name);
    try {
      return value == null ? List.of() : reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw RpcException.invalidParams(name + " is " + value + ": " + e.getMessage());
    }
  }

  private <T> T fitting(String name, String wanted, @Nullable T value) {
    if (value == null) {
      throw RpcException.invalidParams(name + " is " + raw(name) + ": give " + wanted);
    }
    return value;
  }
}
