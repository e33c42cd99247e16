package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Rows;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClaimPlacesTest {
  private static final Instant TIME = Rows.CLAIMED.minusSeconds(60);
  private static final long START = -5; // nanosecond times may be negative

  /** Of claims that read no priority from its beginning. */
  private static final List<ClaimStart> FROM_PLACES =
      IntStream.rangeClosed(1, 4).mapToObj(p -> new ClaimStart(p, TIME, 0)).toList();

  private final ClaimPlaces places = new ClaimPlaces(START);
  private long now = START;

  private static ClaimStart place(int priority, long id) {
    return new ClaimStart(priority, TIME.plusSeconds(id), id);
  }

  private static List<ClaimedJob> jobs(ClaimStart... places) {
    return Arrays.stream(places)
        .map(at -> new ClaimedJob(Rows.at(at.priority(), at.scheduledAt(), at.id()), null))
        .toList();
  }

  private void claimed(boolean full, ClaimStart... at) {
    places.claimed(now, FROM_PLACES, full, jobs(at));
  }

  /** Passes enough time for everything to be told. */
  private void settle() {
    for (int i = 0; i < 2; i++) {
      now += ClaimPlaces.LAG;
      claimed(false);
    }
  }

  @Test
  void knowsNothingAtFirst() {
    assertThat(places.starts(START)).isEmpty();
    settle();
    assertThat(places.starts(now)).isEmpty();
  }

  @Test
  void tellsTheLastOfEachPriority() {
    claimed(true, place(1, 3), place(1, 4), place(3, 1));
    settle();
    assertThat(places.starts(now)).containsExactly(place(1, 4), place(3, 1));
  }

  @Test
  void tellsAPlaceOnlyAfterTheLag() {
    now += ClaimPlaces.LAG;
    claimed(true, place(1, 1));
    claimed(true, place(1, 2));
    assertThat(places.starts(now + ClaimPlaces.LAG - 1)).isEmpty();
    now += ClaimPlaces.LAG;
    assertThat(places.starts(now)).containsExactly(place(1, 1));
    claimed(true, place(1, 3));
    now += ClaimPlaces.LAG;
    assertThat(places.starts(now)).containsExactly(place(1, 3));
  }

  /** A client that begins under an old snapshot looks from the beginning until it has a place. */
  @Test
  void theFirstPlaceIsNotedAtOnce() {
    claimed(false);
    claimed(true, place(1, 1));
    now += ClaimPlaces.LAG;
    assertThat(places.starts(now)).containsExactly(place(1, 1));
  }

  @Test
  void oneWhoIsAskedRarelyTellsTheNewestOldPlace() {
    now += ClaimPlaces.LAG;
    claimed(false, place(1, 1));
    now += 50 * ClaimPlaces.LAG;
    claimed(false, place(1, 2));
    assertThat(places.starts(now)).containsExactly(place(1, 1));
  }

  @Test
  void aRowBeforeThePlaceDoesNotMoveItWhereNothingIsLeft() {
    claimed(false, place(1, 9));
    settle();
    claimed(false, place(1, 2));
    settle();
    assertThat(places.starts(now)).containsExactly(place(1, 9));
  }

  /** There may be more between its last row and the place. */
  @Test
  void afterAFullClaimBeforeThePlaceItGoesBackAtOnce() {
    claimed(true, place(1, 9), place(2, 9));
    settle();
    claimed(true, place(1, 2));
    assertThat(places.starts(now)).containsExactly(place(1, 2), place(2, 9));
    settle();
    assertThat(places.starts(now)).containsExactly(place(1, 2), place(2, 9));
    claimed(true, place(1, 3), place(2, 4));
    settle();
    assertThat(places.starts(now)).containsExactly(place(1, 3), place(2, 4));
  }

  @Test
  void ofOnesWithOneTimeTheIdDecides() {
    var first = new ClaimStart(1, TIME, 7);
    var second = new ClaimStart(1, TIME, 8);
    claimed(false, first, second);
    settle();
    assertThat(places.starts(now)).containsExactly(second);
    claimed(true, first);
    assertThat(places.starts(now)).containsExactly(first);
  }

  @Test
  void thePlaceOfARowThatCannotBeReadIsNotKnown() {
    places.claimed(now, List.of(), false, List.of(new ClaimedJob(Rows.at(2, TIME, 5), "odd")));
    settle();
    assertThat(places.starts(now)).isEmpty();
  }

  @Test
  void wherePrioritiesWereReadInVainTheyStartAtTheTimeOfTheClaim() {
    places.claimed(now, List.of(), false, jobs(place(2, 1), place(2, 2)));
    settle();
    assertThat(places.starts(now))
        .containsExactly(
            new ClaimStart(1, Rows.CLAIMED, 0),
            place(2, 2),
            new ClaimStart(3, Rows.CLAIMED, 0),
            new ClaimStart(4, Rows.CLAIMED, 0));
  }

  @Test
  void butNotThoseThatWereReadFromAPlace() {
    places.claimed(now, List.of(place(1, 1), place(3, 1)), false, jobs(place(2, 2)));
    settle();
    assertThat(places.starts(now)).containsExactly(place(2, 2), new ClaimStart(4, Rows.CLAIMED, 0));
  }

  @Test
  void anEmptyClaimComesAfterTheOneBefore() {
    places.claimed(now, List.of(), false, List.of());
    settle();
    assertThat(places.starts(now)).isEmpty();
    claimed(true, place(1, 1));
    places.claimed(now, List.of(), false, List.of());
    settle();
    assertThat(places.starts(now))
        .contains(new ClaimStart(1, Rows.CLAIMED, 0), new ClaimStart(4, Rows.CLAIMED, 0));
  }

  /** What stands before their places has not been looked for. */
  @Test
  void aLookThatWasFullForgetsThePrioritiesThatFollow() {
    claimed(false, place(1, 9), place(2, 9), place(3, 9), place(4, 9));
    settle();
    places.claimed(now, List.of(), true, jobs(place(1, 2), place(2, 3)));
    assertThat(places.starts(now)).containsExactly(place(1, 9), place(2, 3));
    settle();
    assertThat(places.starts(now)).containsExactly(place(1, 9), place(2, 3));
  }
}
