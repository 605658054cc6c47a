package io.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.CrdCompatibility.Break;
import io.tidegate.api.CrdCompatibility.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The definitions of today beside those of {@code crds/compatibility/v1alpha1}, which users rely
 * on. Run with {@code -Dtidegate.baseline=true} at a release to make today's the ones to rely on; a
 * break that was decided stands in {@code crds/compatibility/allowed.yaml} until then.
 */
class CrdCompatibilityTest {
  private static final Path BASELINE = Path.of("compatibility", "v1alpha1");
  private static final Path ALLOWED = Path.of("compatibility", "allowed.yaml");
  private static final String SPEC = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";

  private record Allowed(String kind, String path, Change change, String reason) {
    boolean names(Break found) {
      return kind.equals(found.kind())
          && path.equals(found.path())
          && change.equals(found.change());
    }
  }

  @Test
  void theDefinitionsAreCompatibleWithThoseThatUsersRelyOn() throws IOException {
    List<Allowed> allowed = allowed();
    List<Break> broken = new ArrayList<>(breaks());
    broken.removeIf(found -> allowed.stream().anyMatch(each -> each.names(found)));
    assertThat(broken)
        .as("see crds/compatibility/allowed.yaml for a break that is meant")
        .isEmpty();
    if (Boolean.getBoolean("tidegate.baseline")) {
      for (Map.Entry<String, String> file : GeneratedCrds.yaml().entrySet()) {
        Files.writeString(BASELINE.resolve(file.getKey()), file.getValue());
      }
    }
  }

  @Test
  void everyKindOfTodayIsAmongThem() throws IOException {
    assertThat(baseline().keySet()).isEqualTo(GeneratedCrds.yaml().keySet());
  }

  @Test
  void everyAllowedBreakIsThereAndSaysWhy() throws IOException {
    List<Break> broken = breaks();
    for (Allowed each : allowed()) {
      assertThat(broken).as(each.toString()).anyMatch(each::names);
      assertThat(each.reason()).as(each.toString()).hasSizeGreaterThan(20);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ModelRoute    | /properties/rules/items/properties/retry       | -                  | .spec.rules[].retry FieldRemoved
          ModelRoute    | /properties/rules/items/properties/name        | {"type":"integer"} | .spec.rules[].name TypeChanged
          ModelRoute    | /properties/priority/nullable                  | false              |
          ModelRoute    | /properties/rules/maxItems                     | 31                 | .spec.rules BoundTightened
          ModelRoute    | /properties/rules/maxItems                     | 33                 |
          ModelRoute    | /properties/rules/maxItems                     | -                  |
          ModelRoute    | /properties/rules/minItems                     | 2                  | .spec.rules BoundTightened
          ModelRoute    | /properties/rules/minItems                     | -                  |
          ModelRoute    | /properties/priority/maximum                   | 999                | .spec.priority BoundTightened
          ModelRoute    | /properties/priority/minimum                   | -1001              |
          ModelRoute    | /properties/priority/minimum                   | 0                  | .spec.priority BoundTightened
          ModelRoute    | /properties/priority/exclusiveMaximum          | true               | .spec.priority BoundTightened
          ModelRoute    | /properties/priority/default                   | 1                  | .spec.priority DefaultChanged
          ModelRoute    | /properties/priority/default                   | -                  | .spec.priority DefaultChanged
          ModelRoute    | /properties/priority/description               | "other words."     |
          ModelRoute    | /properties/models/items/maxLength             | 255                | .spec.models[] BoundTightened
          ModelRoute    | /properties/models/items/pattern               | "^[a-z]+$"         | .spec.models[] PatternChanged
          ModelRoute    | /properties/models/x-kubernetes-list-type      | "atomic"           | .spec.models ListTypeChanged
          ModelRoute    | /properties/models/minItems                    | 1                  | .spec.models BoundTightened
          ModelRoute    | /properties/prompt/properties/variables/maxProperties | 63          | .spec.prompt.variables BoundTightened
          ModelRoute    | /properties/moon                               | {"type":"string","maxLength":3} |
          ModelRoute    | /required                                      | ["rules","models"] | .spec.models FieldRequired
          ModelRoute    | /required                                      | ["rules","priority"] |
          ModelRoute    | /required                                      | -                  |
          ModelRoute    | /x-kubernetes-validations                      | [{"rule":"self.priority > 0","message":"no"}] | .spec RuleAdded
          ModelProvider | /x-kubernetes-validations                      | -                  |
          ModelProvider | /x-kubernetes-validations/0/message            | "other words"      |
          ModelProvider | /x-kubernetes-validations/0/rule               | "false"            | .spec RuleAdded
          ModelProvider | /properties/type/enum                          | ["OpenAI","OpenAICompatible"] | .spec.type EnumValueRemoved
          ModelProvider | /properties/type/enum                          | ["OpenAI","OpenAICompatible","Anthropic","Bedrock"] |
          ModelProvider | /properties/endpoint/enum                      | ["https://a"]      | .spec.endpoint EnumValueRemoved
          ModelProvider | /properties/endpoint/format                    | "uri"              | .spec.endpoint TypeChanged
          ModelProvider | /properties/endpoint/not                       | {"pattern":"a"}    | .spec.endpoint TypeChanged
          ModelProvider | /properties/endpoint/pattern                   | -                  |
          """)
  void eachKindOfBreakIsFoundAndWhatGivesMoreRoomIsNone(
      String kind, String pointer, String value, String found) throws IOException {
    assertThat(edited(kind, SPEC + pointer, value))
        .extracting(each -> each.path() + " " + each.change())
        .isEqualTo(found == null ? List.of() : List.of(found));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          /spec/group                         | "other.io"   | group NameChanged
          /spec/scope                         | "Cluster"    | scope NameChanged
          /spec/names/plural                  | "routes"     | names.plural NameChanged
          /spec/names/shortNames              | ["mroute"]   | names.shortNames NameChanged
          /spec/names/shortNames              | ["mr","mrt"] |
          /spec/names/categories              | ["tidegate"] | names.categories NameChanged
          /spec/versions/0/name               | "v1beta1"    | versions VersionGone
          /spec/versions/0/served             | false        | versions VersionGone
          /spec/versions/0/subresources       | -            | versions VersionGone
          /spec/versions/0/additionalPrinterColumns | -      |
          """)
  void aNameOrAVersionThatIsGoneIsFound(String pointer, String value, String found)
      throws IOException {
    assertThat(edited("ModelRoute", pointer, value))
        .extracting(each -> each.path() + " " + each.change())
        .isEqualTo(found == null ? List.of() : List.of(found));
  }

  /** Breaks between a definition and the same with this value in this place. */
  private static List<Break> edited(String kind, String pointer, String value) throws IOException {
    CustomResourceDefinition older =
        GeneratedCrds.crds().stream()
            .filter(crd -> crd.getSpec().getNames().getKind().equals(kind))
            .findFirst()
            .orElseThrow();
    ObjectNode newer = Serialization.unmarshal(Serialization.asJson(older), ObjectNode.class);
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = newer.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(last), Serialization.unmarshal(value, JsonNode.class));
    } else if (value.equals("-")) {
      ((ObjectNode) parent).remove(last);
    } else {
      ((ObjectNode) parent).set(last, Serialization.unmarshal(value, JsonNode.class));
    }
    return CrdCompatibility.breaks(
        older,
        Serialization.unmarshal(Serialization.asJson(newer), CustomResourceDefinition.class));
  }

  private static List<Break> breaks() throws IOException {
    Map<String, CustomResourceDefinition> today = new TreeMap<>();
    GeneratedCrds.crds().forEach(crd -> today.put(crd.getMetadata().getName(), crd));
    List<Break> breaks = new ArrayList<>();
    for (String yaml : baseline().values()) {
      CustomResourceDefinition older =
          Serialization.unmarshal(yaml, CustomResourceDefinition.class);
      CustomResourceDefinition newer = today.get(older.getMetadata().getName());
      assertThat(newer).as(older.getMetadata().getName() + " is gone").isNotNull();
      breaks.addAll(CrdCompatibility.breaks(older, newer));
    }
    return breaks;
  }

  private static Map<String, String> baseline() throws IOException {
    return GeneratedCrdsTest.files(BASELINE);
  }

  private static List<Allowed> allowed() throws IOException {
    return Serialization.unmarshal(
        Files.readString(ALLOWED), new TypeReference<List<Allowed>>() {});
  }
}
