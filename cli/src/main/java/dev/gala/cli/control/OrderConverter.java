package dev.gala.cli.control;

import dev.gala.river.job.JobListOrder;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Orders by River's names. */
final class OrderConverter implements ITypeConverter<JobListOrder> {
  @Override
  public JobListOrder convert(String value) {
    return Arrays.stream(JobListOrder.values())
        .filter(order -> order.wireName().equals(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + value + "' is not " + names()));
  }

  private static String names() {
    return Arrays.stream(JobListOrder.values())
        .map(JobListOrder::wireName)
        .collect(Collectors.joining(", "));
  }
}
