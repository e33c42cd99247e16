package dev.gala.cli.control;

import dev.gala.stored.ListenerState;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How listeners stand, in small letters. */
final class ListenerStateConverter implements ITypeConverter<ListenerState> {
  @Override
  public ListenerState convert(String value) {
    return Arrays.stream(ListenerState.values())
        .filter(state -> name(state).equals(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + value + "' is not " + names()));
  }

  static String name(ListenerState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String names() {
    return Arrays.stream(ListenerState.values())
        .map(ListenerStateConverter::name)
        .collect(Collectors.joining(", "));
  }
}
