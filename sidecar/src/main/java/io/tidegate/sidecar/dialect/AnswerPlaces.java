package io.tidegate.sidecar.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where in an answer's JSON the probe stands, and what it has found there. By exact place, so that
 * names inside texts, tool arguments or metadata are not mistaken.
 *
 * <p>Places: {@code model}, {@code usage}, {@code error}, {@code type}, {@code stop_reason}, {@code
 * choices[].finish_reason}, {@code message.model}, {@code message.usage}, {@code
 * delta.stop_reason}.
 */
final class AnswerPlaces {
  private enum Context {
    OTHER,
    ROOT,
    MESSAGE,
    DELTA,
    CHOICES,
    CHOICE
  }

  private enum Key {
    MODEL("model"),
    USAGE("usage"),
    ERROR("error"),
    TYPE("type"),
    STOP_REASON("stop_reason"),
    FINISH_REASON("finish_reason"),
    CHOICES("choices"),
    MESSAGE("message"),
    DELTA("delta");

    private static final Key[] ALL = values();

    private final byte[] name;

    Key(String name) {
      this.name = name.getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final int DEEPEST = 3;
  private static final byte[] STOP = "message_stop".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FAULT = "error".getBytes(StandardCharsets.US_ASCII);

  private final Context[] contexts = new Context[DEEPEST + 1];
  private int depth;
  private boolean expectName;
  private Key key;
  private boolean emptyChoices;

  private String model;
  private String finishReason;
  private boolean error;
  private boolean stopped;

  /** Containers open now. */
  int depth() {
    return depth;
  }

  String model() {
    return model;
  }

  String finishReason() {
    return finishReason;
  }

  boolean error() {
    return error;
  }

  /** Whether Anthropic's {@code message_stop} was seen. */
  boolean stopped() {
    return stopped;
  }

  /** Whether the value since the last reset has a list of choices without any. */
  boolean emptyChoices() {
    return emptyChoices;
  }

  /** Another JSON value begins; what was found stays. */
  void reset() {
    depth = 0;
    expectName = false;
    key = null;
    emptyChoices = false;
  }

  /** Whether the string that begins now says where the probe is, or something it looks for. */
  boolean wantsText() {
    return context() != Context.OTHER && (expectName || key != null);
  }

  /** A container begins; true if it is the usage object. */
  boolean open(boolean object) {
    boolean usage =
        object && key == Key.USAGE && (context() == Context.ROOT || context() == Context.MESSAGE);
    Context inside = depth == 0 && object ? Context.ROOT : inside(object);
    depth++;
    if (depth <= DEEPEST) {
      contexts[depth] = inside;
    }
    key = null;
    expectName = inside != Context.OTHER && inside != Context.CHOICES;
    return usage;
  }

  /** A container ends; false if none was open. */
  boolean close() {
    expectName = false;
    if (depth == 0) {
      return false;
    }
    depth--;
    return true;
  }

  void comma() {
    expectName = context() != Context.OTHER && context() != Context.CHOICES;
    key = null;
  }

  void colon() {
    expectName = false;
  }

  /** A string has ended that was not wanted, or was too long to be anything known. */
  void otherText() {
    if (expectName) {
      key = null;
    }
  }

  /**
   * A wanted string has ended.
   *
   * @param text its bytes between the quotes
   */
  void text(byte[] text, int length) {
    if (expectName) {
      key = null;
      for (Key candidate : Key.ALL) {
        if (is(candidate.name, text, length)) {
          key = candidate;
        }
      }
    } else {
      value(context(), text, length);
    }
  }

  private Context context() {
    return depth == 0 || depth > DEEPEST ? Context.OTHER : contexts[depth];
  }

  private Context inside(boolean object) {
    Context here = context();
    if (here == Context.CHOICES) {
      emptyChoices = false;
      return object ? Context.CHOICE : Context.OTHER;
    }
    if (here != Context.ROOT || key == null) {
      return Context.OTHER;
    }
    switch (key) {
      case ERROR -> error = true;
      case CHOICES -> {
        emptyChoices = !object;
        return object ? Context.OTHER : Context.CHOICES;
      }
      case MESSAGE -> {
        return object ? Context.MESSAGE : Context.OTHER;
      }
      case DELTA -> {
        return object ? Context.DELTA : Context.OTHER;
      }
      default -> {
        // Nothing is looked for inside.
      }
    }
    return Context.OTHER;
  }

  private void value(Context context, byte[] text, int length) {
    boolean root = context == Context.ROOT;
    switch (key) {
      case MODEL -> {
        if (model == null && (root || context == Context.MESSAGE)) {
          model = decoded(text, length);
        }
      }
      case TYPE -> {
        stopped |= root && is(STOP, text, length);
        error |= root && is(FAULT, text, length);
      }
      case ERROR -> error |= root;
      case STOP_REASON -> {
        if (root || context == Context.DELTA) {
          finishReason = decoded(text, length);
        }
      }
      case FINISH_REASON -> {
        if (context == Context.CHOICE) {
          finishReason = decoded(text, length);
        }
      }
      default -> {
        // A text where an object is expected says nothing here.
      }
    }
  }

  private static boolean is(byte[] name, byte[] text, int length) {
    return Arrays.equals(text, 0, length, name, 0, name.length);
  }

  private static String decoded(byte[] text, int length) {
    byte[] quoted = new byte[length + 2];
    quoted[0] = '"';
    System.arraycopy(text, 0, quoted, 1, length);
    quoted[length + 1] = '"';
    try {
      JsonScanner string = new JsonScanner(quoted, 0, quoted.length, 0);
      string.next();
      return string.text();
    } catch (NotJson e) {
      // A broken escape: the name as it came is still the best one to show.
      return new String(text, 0, length, StandardCharsets.UTF_8);
    }
  }
}
