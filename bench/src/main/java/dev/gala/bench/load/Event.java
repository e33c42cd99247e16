package dev.gala.bench.load;

/**
 * What is emitted: a payload of the size that business events have.
 *
 * @param number tells the events of a measurement apart, from 0
 * @param account whose event it is
 * @param cents an amount
 * @param note some text
 */
public record Event(int number, String account, long cents, String note) {
  private static final String NOTE = "order confirmed, payment on delivery, leave at the back door";

  /** The event of this number. */
  public static Event of(int number) {
    return new Event(
        number, "account-" + (number % 9_973 + 100_000), number * 37L % 1_000_000, NOTE);
  }
}
