package dev.gala.river.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads single values out of JSON that somebody else wrote: what does not fit is not there. Knows
 * no limits of size, and of a repeated key the last value counts.
 */
public final class JsonObjects {
  private static final int SHOWN = 200;

  /** Beyond it doubles pass over numbers, and nothing was counted. */
  private static final double LARGEST_COUNTER = 1L << 53;

  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,15}");

  private static final JsonFactory FACTORY =
      JsonFactory.builder().streamReadConstraints(GoMapper.readConstraints()).build();

  private JsonObjects() {}

  /** The text at a top-level key; null if there is none, or {@code json} is no object. */
  public static @Nullable String textAt(String json, String key) {
    return at(json, key, in -> in.currentToken() == JsonToken.VALUE_STRING ? in.getString() : null);
  }

  /** The whole number at a top-level key; {@code otherwise} if there is none that fits. */
  public static int intAt(String json, String key, int otherwise) {
    Integer number = at(json, key, JsonObjects::integer);
    return number == null ? otherwise : number;
  }

  /**
   * The counter at a top-level key, whoever wrote it: a number without its fraction, or a text that
   * is a whole number; zero for anything else, as River reads it.
   */
  public static long counterAt(String json, String key) {
    Long counter = at(json, key, JsonObjects::counter);
    return counter == null ? 0 : counter;
  }

  /** The whole number at a top-level key; null if there is none that fits. */
  public static @Nullable Long longAt(String json, String key) {
    return at(json, key, JsonObjects::longInteger);
  }

  /**
   * The members of an object: their values as JSON texts without white space, in the order written.
   *
   * @throws IllegalArgumentException if {@code json} is no object
   */
  public static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    read(
        json,
        JsonToken.START_OBJECT,
        in -> {
          while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            members.put(name, raw(json, in));
          }
        });
    return members;
  }

  /**
   * The elements of an array, as JSON texts without white space.
   *
   * @throws IllegalArgumentException if {@code json} is no array
   */
  public static List<String> elements(String json) {
    List<String> elements = new ArrayList<>();
    read(
        json,
        JsonToken.START_ARRAY,
        in -> {
          while (in.nextToken() != JsonToken.END_ARRAY) {
            elements.add(raw(json, in));
          }
        });
    return elements;
  }

  /**
   * The texts in an array.
   *
   * @throws IllegalArgumentException if {@code json} is no array of texts
   */
  public static List<String> texts(String json) {
    List<String> texts = new ArrayList<>();
    read(
        json,
        JsonToken.START_ARRAY,
        in -> {
          while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
              throw unexpected(json, null);
            }
            texts.add(in.getString());
          }
        });
    return texts;
  }

  /** Reads the value at hand. */
  private interface ValueReader<T> {
    @Nullable T read(JsonParser in);
  }

  /** Reads to the end of the value begun. */
  private interface Body {
    void read(JsonParser in);
  }

  private static <T> @Nullable T at(String json, String key, ValueReader<T> reader) {
    try (JsonParser in = parser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      @Nullable T found = null;
      while (in.nextToken() != JsonToken.END_OBJECT) {
        boolean wanted = in.currentName().equals(key);
        in.nextToken();
        found = wanted ? reader.read(in) : found;
        in.skipChildren();
      }
      return in.nextToken() == null ? found : null;
    } catch (JacksonException e) {
      // Text that is no JSON holds no value; whoever asks says what that means.
      return null;
    }
  }

  private static @Nullable Integer integer(JsonParser in) {
    return in.currentToken() == JsonToken.VALUE_NUMBER_INT
            && in.getNumberType() == JsonParser.NumberType.INT
        ? (Integer) in.getIntValue()
        : null;
  }

  private static @Nullable Long counter(JsonParser in) {
    return switch (in.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        double value = in.getDoubleValue();
        yield Math.abs(value) < LARGEST_COUNTER ? (Long) (long) value : null;
      }
      case VALUE_STRING ->
          WHOLE.matcher(in.getString()).matches() ? Long.valueOf(in.getString()) : null;
      default -> null;
    };
  }

  private static @Nullable Long longInteger(JsonParser in) {
    boolean fits =
        in.currentToken() == JsonToken.VALUE_NUMBER_INT
            && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    return fits ? (Long) in.getLongValue() : null;
  }

  private static void read(String json, JsonToken first, Body body) {
    try (JsonParser in = parser(json)) {
      if (in.nextToken() != first) {
        throw unexpected(json, null);
      }
      body.read(in);
      if (in.nextToken() != null) {
        throw unexpected(json, null);
      }
    } catch (JacksonException e) {
      throw unexpected(json, e);
    }
  }

  /** The text of the value at hand, whatever it is: cut out, so that numbers stay as they are. */
  private static String raw(String json, JsonParser in) {
    int from = (int) in.currentTokenLocation().getCharOffset();
    in.skipChildren();
    in.finishToken();
    int to = (int) in.currentLocation().getCharOffset();
    return GoJson.compact(json.substring(from, to));
  }

  private static JsonParser parser(String json) {
    return FACTORY.createParser(ObjectReadContext.empty(), json.toCharArray());
  }

  private static IllegalArgumentException unexpected(String json, @Nullable Throwable cause) {
    String shown = json.length() > SHOWN ? json.substring(0, SHOWN) + "…" : json;
    return new IllegalArgumentException("not what was expected here: " + shown, cause);
  }
}
