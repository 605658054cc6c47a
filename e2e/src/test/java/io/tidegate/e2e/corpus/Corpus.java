package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.tidegate.cli.CrdFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every case of every kind: the written ones and those that break one bound of the CRD each. */
final class Corpus {
  private Corpus() {}

  static List<ObjectCase> cases() {
    return CrdFiles.load().stream().flatMap(crd -> cases(crd).stream()).toList();
  }

  /** Messages of all CEL rules of all kinds, each as {@code KIND: MESSAGE}. */
  static Set<String> ruleMessages() {
    Set<String> messages = new TreeSet<>();
    for (CustomResourceDefinition crd : CrdFiles.load()) {
      for (JsonNode rules : spec(crd).findValues("x-kubernetes-validations")) {
        rules.forEach(rule -> messages.add(kind(crd) + ": " + rule.path("message").asText()));
      }
    }
    return messages;
  }

  private static List<ObjectCase> cases(CustomResourceDefinition crd) {
    try {
      CorpusFile file = CorpusFile.of(kind(crd));
      List<ObjectCase> cases = new ArrayList<>(file.cases());
      cases.addAll(SchemaBounds.of(kind(crd), spec(crd), file.full()));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String kind(CustomResourceDefinition crd) {
    return crd.getSpec().getNames().getKind();
  }

  private static JsonNode spec(CustomResourceDefinition crd) {
    return new ObjectMapper()
        .<JsonNode>valueToTree(crd)
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
  }
}
