package io.tidegate.provider;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes answers that cannot be canned: each holds a counter, a nonce, and words of the question.
 * One piece is one token.
 */
final class AnswerComposer {
  private static final int MOST_ECHOED = 64;
  private static final int FRAGMENT = 6;
  private static final String FILLER = " tide";

  private final RandomGenerator random;
  private final AtomicLong counter = new AtomicLong();

  AnswerComposer(RandomGenerator random) {
    this.random = random;
  }

  Answer compose(Call call, Script script) {
    long number = counter.incrementAndGet();
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    String id = HexFormat.of().formatHex(nonce);
    int cap = call.maxTokens() == 0 ? Integer.MAX_VALUE : call.maxTokens();
    int reasoning = Math.min(reasoning(call, script), cap);

    List<List<String>> choices = new ArrayList<>();
    boolean cut = false;
    int output = 0;
    for (int i = 0; i < call.choices(); i++) {
      List<String> wanted = pieces(call, script, number, id.substring(0, 6) + suffix(i));
      int room = cap - reasoning;
      cut |= wanted.size() > room;
      List<String> given = wanted.subList(0, Math.min(wanted.size(), room));
      choices.add(List.copyOf(given));
      output += given.size() + reasoning;
    }
    String tool = call.tool() == null ? null : call.tool().name();
    return new Answer(
        number,
        id,
        call.model(),
        tool,
        List.copyOf(choices),
        cut,
        usage(call, script, output, reasoning * call.choices()));
  }

  private static int reasoning(Call call, Script script) {
    boolean thinks = script.reasoningTokens() == 0 && call.model().contains("reasoning");
    return thinks ? FRAGMENT * FRAGMENT : script.reasoningTokens();
  }

  private static String suffix(int choice) {
    return choice == 0 ? "" : "/" + choice;
  }

  private static Answer.Usage usage(Call call, Script script, int output, int reasoning) {
    int input = (int) Math.ceil(call.inputTokens() * script.usageFactor());
    int read = Math.min(script.cacheReadTokens(), input);
    int write = Math.min(script.cacheWriteTokens(), input - read);
    return new Answer.Usage(input, read, write, output, reasoning);
  }

  private static List<String> pieces(Call call, Script script, long number, String nonce) {
    if (call.tool() != null) {
      return fragments(
          new SchemaSample(call.tool().parameters(), "sample-" + nonce, small(number))
              .value()
              .toString());
    }
    if (call.schema() != null) {
      String words = "answer " + number + " " + nonce + " to " + echo(call.lastText(), 8);
      return fragments(new SchemaSample(call.schema(), words, small(number)).value().toString());
    }
    List<String> pieces = new ArrayList<>();
    String opening = "Answer " + number + " [" + nonce + "] of " + call.model() + " to:";
    for (String word : (opening + " " + echo(call.lastText(), MOST_ECHOED)).split(" ", -1)) {
      pieces.add(pieces.isEmpty() ? word : " " + word);
    }
    while (pieces.size() < script.outputTokens()) {
      pieces.add(FILLER);
    }
    boolean shorter = script.outputTokens() > 0 && script.outputTokens() < pieces.size();
    return shorter ? pieces.subList(0, script.outputTokens()) : pieces;
  }

  private static int small(long number) {
    return (int) (number % 1000);
  }

  private static String echo(String text, int most) {
    String[] words = text.strip().split("\\s+", most + 1);
    return String.join(" ", List.of(words).subList(0, Math.min(words.length, most)));
  }

  private static List<String> fragments(String json) {
    List<String> fragments = new ArrayList<>();
    int start = 0;
    while (start < json.length()) {
      int end = Math.min(json.length(), start + FRAGMENT);
      if (Character.isHighSurrogate(json.charAt(end - 1))) {
        end++;
      }
      fragments.add(json.substring(start, end));
      start = end;
    }
    return fragments;
  }

  /** Numbers from one again. */
  void reset() {
    counter.set(0);
  }
}
