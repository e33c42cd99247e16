package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import java.util.List;
import java.util.Map;

/** A line that answers what it is told to, and notes when it was asked. */
record FakeLine(String id, List<String> log, Answer answer) implements Line {
  interface Answer {
    Sample of(Round round) throws Exception;
  }

  static FakeLine of(String id, List<String> log, Answer answer) {
    return new FakeLine(id, log, answer);
  }

  @Override
  public Info info() {
    return new Info(id, "title of " + id, "1", Map.of());
  }

  @Override
  public boolean takesPart(Case what) {
    return true;
  }

  @Override
  public Sample measure(Case what, Round round) throws Exception {
    log.add(round.number() + id);
    return answer.of(round);
  }
}
