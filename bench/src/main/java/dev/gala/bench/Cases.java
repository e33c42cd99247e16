package dev.gala.bench;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.Situation;
import dev.gala.bench.load.Sizes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a run measures. */
final class Cases {
  private static final int SCALE_RATE = 100;

  private Cases() {}

  /** In the order in which they are told. */
  static List<Case> of(Sizes sizes) {
    var cases = new ArrayList<Case>();
    sizes.callers().forEach(callers -> cases.add(new Case.Emit(callers)));
    cases.add(new Case.EmitBatch(1_000));
    cases.add(new Case.Work(1, Situation.EMPTY, false));
    cases.add(new Case.Work(4, Situation.EMPTY, false));
    cases.add(new Case.Pipeline(sizes.callers().getLast(), 1));
    if (sizes.rates().size() > 1) {
      cases.add(new Case.Pipeline(2, 100));
    }
    sizes.rates().forEach(rate -> cases.add(new Case.Latency(rate, Situation.EMPTY, false)));
    cases.add(new Case.Transactional(8));
    cases.add(new Case.Retry(10));
    cases.add(new Case.Memory());
    cases.add(new Case.Startup());
    cases.add(new Case.Idle());
    for (Situation situation : sizes.situations()) {
      cases.add(new Case.Work(1, situation, true));
      cases.add(new Case.Latency(SCALE_RATE, situation, true));
    }
    return List.copyOf(cases);
  }

  /**
   * In the order in which they are measured: many callers come before few. A lone one calls too
   * seldom to have compiled what it calls, and would be told for slower than it stays.
   */
  static List<Case> asMeasured(Sizes sizes) {
    List<Case> cases = of(sizes);
    var emits = new ArrayList<>(cases.stream().filter(Case.Emit.class::isInstance).toList());
    Collections.reverse(emits);
    Iterator<Case> turn = emits.iterator();
    return cases.stream().map(one -> one instanceof Case.Emit ? turn.next() : one).toList();
  }

  /** The scenarios' names, in order. */
  static Set<String> scenarios() {
    var names = new LinkedHashSet<String>();
    of(Sizes.full()).forEach(one -> names.add(one.scenario()));
    return names;
  }
}
