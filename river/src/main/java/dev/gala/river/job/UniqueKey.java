package dev.gala.river.job;

import java.util.HexFormat;

/**
 * A row's {@code unique_key}: the SHA-256 of what makes the job unique.
 *
 * @param hex its bytes in lower-case hexadecimal; 64 digits where River wrote it
 */
public record UniqueKey(String hex) {
  /** The key of these bytes. */
  public static UniqueKey of(byte[] bytes) {
    return new UniqueKey(HexFormat.of().formatHex(bytes));
  }

  /** The bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
