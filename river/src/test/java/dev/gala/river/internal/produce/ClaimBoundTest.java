package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.produce.LookBack.Finding;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ClaimBoundTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long START = -5 * MS; // nanosecond times may be negative
  private static final int ASKED = 10;

  /** Brought by a claim that leaves nothing. */
  private static final int ALL = ASKED - 1;

  private final ClaimBound bound = new ClaimBound(START);
  private long now = START;
  private long id;

  private List<ClaimedJob> jobs(int count) {
    return LongStream.range(0, count)
        .mapToObj(n -> new ClaimedJob(Rows.at(1, Rows.CLAIMED, ++id), null))
        .toList();
  }

  /** A claim; returns whether it started at the beginning. */
  private boolean claim(long took, int got) {
    List<ClaimStart> starts = bound.starts(now);
    long begun = now;
    now += took;
    bound.claimed(begun, now, starts, ASKED, jobs(got));
    return starts.isEmpty();
  }

  /** Claims until places are known, quickly. */
  private void begin() {
    for (int i = 0; i < 3; i++) {
      assertThat(claim(MS, ALL)).isTrue();
      now += ClaimPlaces.LAG;
    }
  }

  private LookBack.Result result(long begun, Finding finding) {
    return new LookBack.Result(begun, now, now - begun, finding);
  }

  /** A look of so long, if one is due. */
  private boolean look(long took, boolean finds) {
    boolean due = !bound.placesToLookBefore(now).isEmpty();
    if (due) {
      long begun = now;
      now += took;
      bound.looked(result(begun, finds ? Finding.SOMETHING : Finding.NOTHING));
    }
    return due;
  }

  private void beginSlowly() {
    begin();
    assertThat(claim(20 * MS, ALL)).isTrue();
  }

  @Test
  void asLongAsItIsQuickItBeginsAtTheBeginning() {
    begin();
    for (int i = 0; i < 100; i++) {
      assertThat(claim(ClaimBound.SLOW, 0)).isTrue();
      assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void whatItsRowsExplainIsNotSlow() {
    begin();
    assertThat(claim(ClaimBound.SLOW + ALL * ClaimBound.ROW, ALL)).isTrue();
    assertThat(claim(ClaimBound.SLOW + ALL * ClaimBound.ROW + 1, ALL)).isTrue();
    assertThat(claim(MS, ASKED)).isFalse();
  }

  @Test
  void withoutAPlaceItBeginsAtTheBeginning() {
    for (int i = 0; i < 10; i++) {
      assertThat(claim(20 * MS, 0)).isTrue();
      now += ClaimPlaces.LAG;
    }
  }

  @Test
  void afterASlowOneItStartsAtThePlaceAndLooksWhenTwentyTimesAsLongHasPassed() {
    beginSlowly();
    for (int i = 0; i < 3; i++) {
      for (int claims = 0; claims < ClaimBound.SPARED * 20; claims++) {
        assertThat(look(0, false)).isFalse();
        assertThat(claim(MS, ASKED)).isFalse();
      }
      assertThat(look(20 * MS, false)).isTrue();
    }
    assertThat(claim(MS, ASKED)).isFalse();
  }

  @Test
  void butNoLaterThanAfterASecond() {
    begin();
    claim(10_000 * MS, ALL);
    now += ClaimBound.LONGEST - 2;
    assertThat(claim(1, ASKED)).isFalse();
    assertThat(look(0, false)).isFalse();
    now++;
    assertThat(look(10_000 * MS, false)).isTrue();
    assertThat(claim(1, ASKED)).isFalse();
    now += ClaimBound.LONGEST - 2;
    assertThat(look(0, false)).isFalse();
    now++;
    assertThat(look(0, false)).isTrue();
  }

  @Test
  void whereNothingWasClaimedSinceThereIsNothingToLookFor() {
    beginSlowly();
    now += ClaimBound.LONGEST;
    assertThat(look(0, false)).isFalse();
    claim(MS, 0);
    assertThat(look(20 * MS, false)).isTrue();
    now += ClaimBound.LONGEST;
    assertThat(look(0, false)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  /** What was put there while the look went on, it may have missed. */
  @Test
  void ofWhatWasClaimedDuringALookTheNextOneLooks() {
    beginSlowly();
    claim(MS, ASKED);
    now += ClaimBound.LONGEST;
    long begun = now;
    assertThat(bound.placesToLookBefore(now)).isNotEmpty();
    claim(MS, 3);
    now += 19 * MS;
    bound.looked(result(begun, Finding.NOTHING));
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.SPARED * 20 * MS);
    now += ClaimBound.SPARED * 20 * MS;
    assertThat(look(20 * MS, false)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void forWhatALookFoundTheNextClaimIsDueAtOnceAndFromTheBeginning() {
    beginSlowly();
    claim(MS, 3);
    now += ClaimBound.LONGEST;
    assertThat(look(20 * MS, true)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isZero();
    assertThat(look(0, false)).isFalse();
    assertThat(claim(20 * MS, 1)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
    assertThat(claim(MS, 1)).isFalse();
  }

  @Test
  void aClaimFromTheBeginningThatFailedIsStillDue() {
    beginSlowly();
    claim(MS, 3);
    now += ClaimBound.LONGEST;
    assertThat(look(20 * MS, true)).isTrue();
    assertThat(bound.starts(now)).isEmpty();
    bound.forget();
    assertThat(bound.nanosUntilLook(now)).isZero();
    assertThat(claim(20 * MS, 1)).isTrue();
  }

  @Test
  void aLookDuringWhichAClaimBeganAtTheBeginningChangesNothing() {
    beginSlowly();
    claim(MS, 3);
    now += ClaimBound.LONGEST;
    assertThat(bound.placesToLookBefore(now)).isNotEmpty();
    long begun = now;
    bound.forget();
    assertThat(claim(20 * MS, 1)).isTrue();
    bound.looked(result(begun, Finding.SOMETHING));
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
    assertThat(claim(MS, 1)).isFalse();
  }

  /** The server was slow once, and is only far away now. */
  @Test
  void whatALookTakesIsWhatAPlaceHasToHalve() {
    begin();
    assertThat(claim(200 * MS, ALL)).isTrue();
    assertThat(claim(5 * MS, 3)).isFalse();
    now += ClaimBound.LONGEST;
    assertThat(look(5 * MS, false)).isTrue();
    assertThat(claim(5 * MS, 3)).isFalse();
    assertThat(claim(5 * MS, 3)).isTrue();
  }

  @Test
  void aLookThatTheServerEndedIsDueAgainAMinuteLaterAndNothingBeginsAtTheBeginning() {
    beginSlowly();
    claim(MS, 3);
    now += ClaimBound.LONGEST;
    assertThat(bound.placesToLookBefore(now)).isNotEmpty();
    bound.looked(result(now, Finding.TOO_SLOW));
    assertThat(claim(MS, 0)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.AFTER_TOO_SLOW - MS);
    now += ClaimBound.AFTER_TOO_SLOW;
    assertThat(look(20 * MS, false)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLookThatEndsWhenClaimsBeginAtTheBeginningChangesNothing() {
    beginSlowly();
    assertThat(claim(19 * MS, 0)).isFalse();
    assertThat(claim(MS, 0)).isTrue();
    bound.looked(result(now - 20 * MS, Finding.SOMETHING));
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
    assertThat(claim(MS, 0)).isTrue();
  }

  @Test
  void timesWithoutEndDoNotOverflow() {
    begin();
    claim(Long.MAX_VALUE / 2, ALL);
    assertThat(claim(MS, 0)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.LONGEST - MS);
  }

  @Test
  void onceTheBeginningIsQuickAgainItBeginsThere() {
    beginSlowly();
    claim(MS, ASKED);
    now += 400 * MS;
    assertThat(look(ClaimBound.SLOW, false)).isTrue();
    assertThat(claim(MS, ASKED)).isTrue();
    assertThat(claim(MS, ASKED)).isTrue();
  }

  /** Something may stand before the place, and nobody may ever say so again. */
  @Test
  void whileSomethingMayHaveBeenPassedOverALookIsDue() {
    beginSlowly();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
    for (int got : new int[] {0, 3, 0}) {
      assertThat(claim(MS, got)).isFalse();
      now += MS;
    }
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.SPARED * 20 * MS - 6 * MS);
    now += bound.nanosUntilLook(now);
    assertThat(look(20 * MS, false)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void afterAFullClaimThereIsAnotherAnyway() {
    beginSlowly();
    claim(MS, 3);
    claim(MS, ASKED);
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  /**
   * Of the priorities it did not come to, places are not known: they are read from the beginning.
   */
  @Test
  void whatGoesOnWithALookThatWasFullCountsAsLooking() {
    begin();
    assertThat(claim(20 * MS, ASKED)).isTrue();
    assertThat(claim(20 * MS, 0)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.SPARED * 40 * MS - 20 * MS);
    now += ClaimPlaces.LAG;
    assertThat(claim(MS, 0)).isFalse();
  }

  @Test
  void howeverLongItGoesOnTheNextLookComes() {
    begin();
    assertThat(claim(20 * MS, ASKED)).isTrue();
    long looked = now;
    while (now < looked + ClaimBound.LONGEST) {
      assertThat(look(0, false)).isFalse();
      assertThat(claim(20 * MS, ASKED)).isFalse();
    }
    assertThat(look(20 * MS, false)).isTrue();
  }

  /** The wait for a look that is due does not end with the place's being given up. */
  @Test
  void aLookIsDueThoughThePlaceHelpedNothing() {
    beginSlowly();
    assertThat(claim(19 * MS, 0)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(ClaimBound.SPARED * 20 * MS - 19 * MS);
    now += ClaimBound.LONGEST;
    assertThat(look(0, false)).isFalse();
    assertThat(bound.nanosUntilLook(now)).isNegative();
    assertThat(claim(20 * MS, 0)).isTrue();
    assertThat(bound.nanosUntilLook(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whereAPlaceHelpsNothingItIsTriedOnceASecond() {
    beginSlowly();
    long begun = now;
    int bounded = 0;
    int claims = 0;
    while (now < begun + 10 * ClaimBound.LONGEST) {
      bounded += claim(20 * MS, ALL) ? 0 : 1;
      claims++;
    }
    assertThat(claims).isGreaterThan(400);
    assertThat(bounded).isBetween(10, 15);
  }

  @Test
  void oneSlowClaimAmongManyChangesLittle() {
    beginSlowly();
    for (int i = 0; i < 50; i++) {
      assertThat(claim(15 * MS, ASKED)).isFalse();
      assertThat(claim(20 * MS, ALL)).isTrue();
      assertThat(claim(MS, ASKED)).isFalse();
      assertThat(claim(MS, ASKED)).isFalse();
    }
  }

  @Test
  void whatMayHavePutRowsAnywhereIsFollowedByOneFromTheBeginning() {
    beginSlowly();
    assertThat(claim(MS, 0)).isFalse();
    bound.forget();
    bound.forget();
    assertThat(claim(20 * MS, 0)).isTrue();
    assertThat(claim(MS, 0)).isFalse();
  }
}
