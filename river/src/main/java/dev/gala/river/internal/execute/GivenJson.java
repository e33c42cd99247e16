package dev.gala.river.internal.execute;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;

/** JSON that workers give. */
final class GivenJson {
  private static final int SHOWN = 200;

  private GivenJson() {}

  /**
   * {@code json} itself.
   *
   * @param what for whom it is, to begin a sentence with
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if it is no JSON
   */
  static String check(String what, String json) {
    if (!GoJson.isValid(json)) {
      String shown = json.length() > SHOWN ? json.substring(0, SHOWN) + "…" : json;
      throw new RiverException(
          RiverError.PARAMS_INVALID, what + " was given a value that is no JSON: " + shown);
    }
    return json;
  }
}
