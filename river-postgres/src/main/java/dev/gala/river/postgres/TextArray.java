package dev.gala.river.postgres;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An array of texts to bind, as the text that PostgreSQL reads. Rows are bound so, and what they
 * hold is long and has few characters to escape: those are looked for, and the rest is copied in
 * runs, where the database's driver goes character by character.
 */
final class TextArray implements Array {
  private final String text;

  private TextArray(String text) {
    this.text = text;
  }

  /** The array of these elements, of which some may be null. */
  static TextArray of(@Nullable String[] elements) {
    int length = 2;
    for (@Nullable String element : elements) {
      length += element == null ? 5 : element.length() + element.length() / 16 + 8;
    }
    var out = new StringBuilder(length);
    char before = '{';
    for (@Nullable String element : elements) {
      out.append(before);
      append(out, element);
      before = ',';
    }
    return new TextArray(out.append(elements.length == 0 ? "{}" : "}").toString());
  }

  /** In quotes whatever it is: so only quotes and backslashes are escaped. */
  private static void append(StringBuilder out, @Nullable String element) {
    if (element == null) {
      out.append("NULL");
      return;
    }
    out.append('"');
    int copied = 0;
    int quote = element.indexOf('"');
    int backslash = element.indexOf('\\');
    while (quote >= 0 || backslash >= 0) {
      boolean quoteFirst = quote >= 0 && (backslash < 0 || quote < backslash);
      int next = quoteFirst ? quote : backslash;
      out.append(element, copied, next).append('\\');
      copied = next;
      if (quoteFirst) {
        quote = element.indexOf('"', next + 1);
      } else {
        backslash = element.indexOf('\\', next + 1);
      }
    }
    out.append(element, copied, element.length()).append('"');
  }

  /** What PostgreSQL reads. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public String getBaseTypeName() {
    return "text";
  }

  @Override
  public int getBaseType() {
    return Types.VARCHAR;
  }

  @Override
  public Object getArray() throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public Object getArray(@Nullable Map<String, Class<?>> map)
      throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public Object getArray(long index, int count) throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public Object getArray(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public ResultSet getResultSet() throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public ResultSet getResultSet(@Nullable Map<String, Class<?>> map)
      throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public ResultSet getResultSet(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLFeatureNotSupportedException {
    throw onlyBound();
  }

  @Override
  public void free() {}

  private static SQLFeatureNotSupportedException onlyBound() {
    return new SQLFeatureNotSupportedException("this array is only for binding");
  }
}
