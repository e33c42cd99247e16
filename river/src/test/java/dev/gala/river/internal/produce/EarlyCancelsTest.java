package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class EarlyCancelsTest {
  private final EarlyCancels cancels = new EarlyCancels();

  private Set<Long> endClaim() {
    var seen = new HashSet<Long>();
    cancels.claimEnds(seen::addAll);
    return seen;
  }

  @Test
  @RiverPoint(75)
  void whatComesDuringAClaimIsSeenAtItsEndAndForgotten() {
    cancels.cancel(1, () -> false);
    cancels.claimBegins();
    cancels.cancel(2, () -> false);
    cancels.cancel(3, () -> true);
    assertThat(endClaim()).containsExactly(2L);
    cancels.cancel(4, () -> false);
    cancels.claimBegins();
    assertThat(endClaim()).isEmpty();
  }

  @Test
  void ofTooManyTheNewestAreKept() {
    cancels.claimBegins();
    LongStream.rangeClosed(1, 1_500).forEach(id -> cancels.cancel(id, () -> false));
    assertThat(endClaim()).hasSize(1_000).contains(501L, 1_500L).doesNotContain(500L);
  }
}
