package dev.gala.river.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The five fields, put so that cron-utils means by them what robfig/cron means. The two differ in
 * names at the start of a range, {@code ?}, {@code *} within a list, and {@code N/step} of days of
 * the week; and cron-utils knows signs that robfig/cron does not.
 */
final class CronFields {
  private static final int COUNT = 5;
  private static final int MONTHS = 3;
  private static final int DAYS_OF_WEEK = 4;

  private static final Pattern ITEM = Pattern.compile("(?:[*?]|\\w+(?:-\\w+)?)(?:/\\d+)?");
  private static final Pattern FROM_WITH_STEP = Pattern.compile("\\d+/\\d+");

  private static final List<String> MONTH_NAMES =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAY_NAMES =
      List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private CronFields() {}

  /** What cron-utils makes of them. */
  static ExecutionTime read(String spec, String times) {
    String[] fields = times.strip().split("\\s+", -1);
    if (fields.length != COUNT) {
      throw Cron.invalid(
          spec,
          "it has "
              + (times.isBlank() ? 0 : fields.length)
              + " fields, give five: minute, hour, day of month, month, day of week");
    }
    var normal = new ArrayList<String>(COUNT);
    for (int i = 0; i < COUNT; i++) {
      normal.add(field(spec, fields[i], i));
    }
    try {
      var unix = CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
      return ExecutionTime.forCron(new CronParser(unix).parse(String.join(" ", normal)));
    } catch (IllegalArgumentException e) {
      throw Cron.invalid(spec, String.valueOf(e.getMessage()), e);
    }
  }

  private static String field(String spec, String field, int index) {
    var items = new ArrayList<String>();
    for (String item : field.split(",", -1)) {
      if (!ITEM.matcher(item).matches()) {
        throw Cron.invalid(spec, "\"" + item + "\" is none of *, 5, 1-5, */5, 1-5/2 and 5/2");
      }
      items.add(item(item, index));
    }
    return items.contains("*") ? "*" : String.join(",", items);
  }

  private static String item(String given, int index) {
    String item = given.replace('?', '*').toUpperCase(Locale.ROOT);
    if (item.equals("*/1")) {
      return "*";
    }
    if (index == MONTHS) {
      return numbered(item, MONTH_NAMES, 1);
    }
    if (index == DAYS_OF_WEEK) {
      String numbers = numbered(item, DAY_NAMES, 0);
      // To Saturday: to 7, which is Sunday again, the step would reach another day.
      return FROM_WITH_STEP.matcher(numbers).matches() ? numbers.replace("/", "-6/") : numbers;
    }
    return item;
  }

  private static String numbered(String item, List<String> names, int first) {
    String numbered = item;
    for (int i = 0; i < names.size(); i++) {
      numbered = numbered.replaceAll("\\b" + names.get(i) + "\\b", String.valueOf(i + first));
    }
    return numbered;
  }
}
