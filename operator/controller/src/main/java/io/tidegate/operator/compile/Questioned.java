package io.tidegate.operator.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Surroundings that remember what they were asked. Where others would give the same answers, the
 * compilation would come out the same: nobody has to say by hand what an object depends on.
 */
final class Questioned implements Surroundings {
  private final Surroundings asked;
  private final List<Answer> answers = new ArrayList<>();

  /** One question, and what was answered. */
  record Answer(Function<Surroundings, Object> question, Object answer) {
    boolean sameFrom(Surroundings others) {
      return Objects.equals(answer, question.apply(others));
    }
  }

  Questioned(Surroundings asked) {
    this.asked = asked;
  }

  List<Answer> answers() {
    return List.copyOf(answers);
  }

  private <T> T ask(Function<Surroundings, T> question) {
    T answer = question.apply(asked);
    answers.add(new Answer(question::apply, answer));
    return answer;
  }

  @Override
  public String operatorNamespace() {
    return ask(Surroundings::operatorNamespace);
  }

  @Override
  public String rejection() {
    return ask(Surroundings::rejection);
  }

  @Override
  public Map<String, String> labels() {
    return ask(Surroundings::labels);
  }

  @Override
  public boolean secretsGranted() {
    return ask(Surroundings::secretsGranted);
  }

  @Override
  public Set<String> secretKeys(String secret) {
    return ask(others -> others.secretKeys(secret));
  }

  @Override
  public Map<String, String> configMap(String name) {
    return ask(others -> others.configMap(name));
  }

  @Override
  public boolean configMapGranted(String name) {
    return ask(others -> others.configMapGranted(name));
  }

  @Override
  public CompiledProvider provider(String reference) {
    return ask(others -> others.provider(reference));
  }

  @Override
  public CompiledPrompt prompt(String reference) {
    return ask(others -> others.prompt(reference));
  }
}
