package dev.gala.river.json;

/**
 * Floating-point numbers in Go's form. Java finds the same shortest digits as Go does, except for
 * the very smallest numbers, of which it shows two digits where one would do; only their layout
 * differs.
 */
final class GoNumber {
  private GoNumber() {}

  static String format(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no number " + value + ": write a finite one");
    }
    double size = Math.abs(value);
    if (size < 1e15 && value == Math.rint(value) && (value != 0 || 1 / value > 0)) {
      return Long.toString((long) value);
    }
    String text = Double.toString(value);
    if (size != 0 && size < 1e-300) {
      text = shorten(text, value, false);
    }
    return layOut(text, size != 0 && (size < 1e-6 || size >= 1e21));
  }

  static String format(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no number " + value + ": write a finite one");
    }
    String text = Float.toString(value);
    float size = Math.abs(value);
    if (size != 0 && size < 1e-37f) {
      text = shorten(text, value, true);
    }
    return layOut(text, size != 0 && (size < 1e-6f || size >= 1e21f));
  }

  /** Of a number shown with two digits, the one-digit form that reads back the same, if any. */
  private static String shorten(String text, double value, boolean single) {
    int dot = text.indexOf('.');
    int e = text.indexOf('E');
    if (e != dot + 2 || text.charAt(dot + 1) == '0') {
      return text;
    }
    int digit = text.charAt(dot - 1) - '0';
    int nearest = text.charAt(dot + 1) >= '5' ? digit + 1 : digit;
    String sign = text.substring(0, dot - 1);
    int exponent = Integer.parseInt(text.substring(e + 1));
    String candidate =
        nearest == 10 ? sign + "1.0E" + (exponent + 1) : sign + nearest + ".0E" + exponent;
    double read = single ? Float.parseFloat(candidate) : Double.parseDouble(candidate);
    return read == value ? candidate : text;
  }

  private static String layOut(String java, boolean exponential) {
    int e = java.indexOf('E');
    String mantissa = e < 0 ? java : java.substring(0, e);
    int exponent = e < 0 ? 0 : Integer.parseInt(java.substring(e + 1));
    boolean negative = mantissa.charAt(0) == '-';
    int dot = mantissa.indexOf('.');
    String whole = mantissa.substring(negative ? 1 : 0, dot);
    String fraction = mantissa.endsWith(".0") ? "" : mantissa.substring(dot + 1);
    String digits = whole + fraction;
    int point = whole.length() + exponent;
    int zeros = 0;
    while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
      zeros++;
    }
    digits = digits.substring(zeros);
    point -= zeros;
    StringBuilder out = new StringBuilder(26);
    if (negative) {
      out.append('-');
    }
    if (digits.equals("0")) {
      return out.append('0').toString();
    }
    if (exponential) {
      scientific(out, digits, point - 1);
    } else {
      plain(out, digits, point);
    }
    return out.toString();
  }

  private static void scientific(StringBuilder out, String digits, int exponent) {
    String significant = withoutTrailingZeros(digits);
    out.append(significant.charAt(0));
    if (significant.length() > 1) {
      out.append('.').append(significant, 1, significant.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
  }

  private static void plain(StringBuilder out, String digits, int point) {
    if (point <= 0) {
      out.append("0.").append("0".repeat(-point)).append(withoutTrailingZeros(digits));
    } else if (point >= digits.length()) {
      out.append(digits).append("0".repeat(point - digits.length()));
    } else {
      out.append(digits, 0, point).append('.').append(digits, point, digits.length());
    }
  }

  private static String withoutTrailingZeros(String digits) {
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }
}
