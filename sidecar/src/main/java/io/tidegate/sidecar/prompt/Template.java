package io.tidegate.sidecar.prompt;

import java.util.Map;

/** Text with {@code {{name}}} where a value goes. */
final class Template {
  private Template() {}

  /**
   * One pass from left to right: what a value holds is never read as a place. Braces around
   * anything but a known name stay as they are.
   */
  static String render(String text, Map<String, String> values) {
    StringBuilder out = new StringBuilder(text.length() + 64);
    int at = 0;
    while (true) {
      int open = text.indexOf("{{", at);
      int close = open < 0 ? -1 : text.indexOf("}}", open + 2);
      if (close < 0) {
        return out.append(text, at, text.length()).toString();
      }
      String value = values.get(text.substring(open + 2, close).strip());
      if (value == null) {
        out.append(text, at, open + 1);
        at = open + 1;
      } else {
        out.append(text, at, open).append(value);
        at = close + 2;
      }
    }
  }
}
