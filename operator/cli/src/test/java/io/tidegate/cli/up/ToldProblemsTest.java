package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.cli.manifest.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToldProblemsTest {
  private static final String AGAIN = "  ModelRoute shop/chat: Programmed=True again\n";
  private static final Manifest ROUTE = route();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ToldProblems told =
      new ToldProblems(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));

  @Test
  void aProblemIsToldOnceAndThatItIsGoneOnce() {
    say("False", "Refused");
    say("False", "Refused");
    say("True", "Programmed");
    say("True", "Programmed");

    assertThat(err.toString(UTF_8)).containsOnlyOnce("Programmed=False, Refused");
    assertThat(out.toString(UTF_8)).isEqualTo(AGAIN);
  }

  @Test
  void aConditionThatIsStillWorkedOnIsNotToldToBeWellBeforeItIs() {
    say("False", "Lagging");
    say("Unknown", "Reconciling");
    assertThat(out.toString(UTF_8)).isEmpty();

    say("True", "Programmed");
    assertThat(out.toString(UTF_8)).isEqualTo(AGAIN);
  }

  @Test
  void aRouteThatIsHeldBackIsNotToldToBeWell() {
    say("False", "Refused");
    say("False", "HeldBack");

    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void aConditionThatIsGoneIsNotToldToBeWell() {
    say("False", "Refused");
    told.show(Verdicts.of(Map.of()), List.of(ROUTE));

    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void anObjectThatWasDeletedIsForgotten() {
    say("False", "Refused");
    told.show(Verdicts.of(Map.of()), List.of());
    say("True", "Programmed");

    assertThat(out.toString(UTF_8)).isEmpty();
  }

  private void say(String status, String reason) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Programmed")
        .put("status", status)
        .put("reason", reason)
        .put("message", "ModelRoute shop/chat: because");
    told.show(Verdicts.of(Map.of(ROUTE, object)), List.of(ROUTE));
  }

  private static Manifest route() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "tidegate.io/v1alpha1").put("kind", "ModelRoute");
    object.putObject("metadata").put("namespace", "shop").put("name", "chat");
    return new Manifest(Path.of("route.yaml"), 1, object, Map.of());
  }
}
