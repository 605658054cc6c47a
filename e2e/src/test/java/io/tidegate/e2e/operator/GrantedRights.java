package io.tidegate.e2e.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Rights as {@code VERB GROUP/RESOURCE[/SUBRESOURCE]}: those that roles grant, and those that an
 * audit log shows in use (kubernetes.io/docs/reference/config-api/apiserver-audit.v1).
 */
final class GrantedRights {
  private GrantedRights() {}

  /** Of every role that the chart bound. */
  static SortedSet<String> of(KubernetesClient admin) {
    SortedSet<String> rights = new TreeSet<>();
    Stream.concat(
            admin.rbac().clusterRoles().list().getItems().stream()
                .filter(role -> role.getMetadata().getName().equals(Installation.ACCOUNT))
                .map(role -> role.getRules()),
            admin.rbac().roles().inNamespace(Installation.NAMESPACE).list().getItems().stream()
                .map(role -> role.getRules()))
        .flatMap(List::stream)
        .forEach(rule -> add(rule, rights));
    return rights;
  }

  private static void add(PolicyRule rule, SortedSet<String> rights) {
    for (String verb : rule.getVerbs()) {
      for (String group : rule.getApiGroups()) {
        rule.getResources().forEach(resource -> rights.add(verb + " " + group + "/" + resource));
      }
    }
  }

  /** Of every request of the operator's account that the log holds, refused ones too. */
  static SortedSet<String> used(Path auditLog) throws IOException {
    SortedSet<String> rights = new TreeSet<>();
    ObjectMapper json = new ObjectMapper();
    String account = "system:serviceaccount:" + Installation.NAMESPACE + ":" + Installation.ACCOUNT;
    for (String line : Files.readAllLines(auditLog)) {
      if (!line.endsWith("}")) {
        continue; // the line that is being written
      }
      JsonNode event = json.readTree(line);
      JsonNode object = event.path("objectRef");
      if (event.at("/user/username").asText().equals(account) && object.has("resource")) {
        String sub = object.path("subresource").asText("");
        rights.add(
            event.path("verb").asText()
                + " "
                + object.path("apiGroup").asText("")
                + "/"
                + object.path("resource").asText()
                + (sub.isEmpty() ? "" : "/" + sub));
      }
    }
    return rights;
  }
}
