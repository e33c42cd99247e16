package dev.gala.cli.control;

import dev.gala.river.job.JobState;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** States by River's names. */
final class StateConverter implements ITypeConverter<JobState> {
  @Override
  public JobState convert(String value) {
    return Arrays.stream(JobState.values())
        .filter(state -> state.wireName().equals(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + value + "' is not " + names()));
  }

  private static String names() {
    return Arrays.stream(JobState.values())
        .map(JobState::wireName)
        .collect(Collectors.joining(", "));
  }
}
