package dev.gala.bench.load;

/** Says why a line has no figure; it is shown in its place. */
public final class Skipped extends Exception {
  private static final long serialVersionUID = 1;

  /** With a reason for people to read. */
  public Skipped(String reason) {
    super(reason);
  }

  /** The reason. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
