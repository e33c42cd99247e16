package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class EarlyCancelsTest {
  private final EarlyCancels cancels = new EarlyCancels();

  private Set<Long> end(EarlyCancels.Claim claim) {
    var seen = new HashSet<Long>();
    cancels.claimEnds(claim, seen::addAll);
    return seen;
  }

  @Test
  @RiverPoint(75)
  void whatComesDuringAClaimIsSeenAtItsEndAndForgotten() {
    cancels.cancel(1, () -> false);
    EarlyCancels.Claim claim = cancels.claimBegins();
    cancels.cancel(2, () -> false);
    cancels.cancel(3, () -> true);
    assertThat(end(claim)).containsExactly(2L);
    cancels.cancel(4, () -> false);
    assertThat(end(cancels.claimBegins())).isEmpty();
  }

  @Test
  void ofTooManyTheNewestAreKept() {
    EarlyCancels.Claim claim = cancels.claimBegins();
    LongStream.rangeClosed(1, 1_500).forEach(id -> cancels.cancel(id, () -> false));
    assertThat(end(claim)).hasSize(1_000).contains(501L, 1_500L).doesNotContain(500L);
  }

  @Test
  void eachOfSeveralClaimsHasItsOwn() {
    EarlyCancels.Claim longer = cancels.claimBegins();
    cancels.cancel(1, () -> false);
    EarlyCancels.Claim shorter = cancels.claimBegins();
    cancels.cancel(2, () -> false);
    assertThat(end(shorter)).containsExactly(2L);
    cancels.cancel(3, () -> false);
    assertThat(end(longer)).containsExactly(1L, 2L, 3L);
  }
}
