package io.tidegate.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.tidegate.operator.status.WriterElection;
import io.tidegate.operator.tls.CaPublisher;
import io.tidegate.operator.tls.CertificateIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RbacTest {
  private static final Map<String, ?> MOST =
      Map.of(
          "credentials", Map.of("namespaces", List.of("keys")),
          "certificates", Map.of("issuer", "CertManager"));

  private final Rendering standard = Chart.OPERATOR.render();

  private static Stream<PolicyRule> rules(Rendering rendering) {
    return Stream.concat(
        rendering.all(ClusterRole.class).flatMap(role -> role.getRules().stream()),
        rendering.all(Role.class).flatMap(role -> role.getRules().stream()));
  }

  @Test
  void nothingIsGrantedByAWildcard() {
    for (Rendering rendering : List.of(standard, Chart.OPERATOR.render(MOST))) {
      assertThat(rules(rendering))
          .isNotEmpty()
          .allSatisfy(
              rule -> {
                assertThat(rule.getApiGroups()).isNotEmpty().doesNotContain("*");
                assertThat(rule.getResources()).isNotEmpty().doesNotContain("*");
                assertThat(rule.getVerbs())
                    .isNotEmpty()
                    .doesNotContain("*", "impersonate", "escalate", "bind");
                assertThat(rule.getNonResourceURLs()).isEmpty();
              });
    }
  }

  @Test
  void secretsAreReadOnlyWhereCredentialsAre() {
    for (Rendering rendering : List.of(standard, Chart.OPERATOR.render(MOST))) {
      assertThat(rendering.all(ClusterRole.class).flatMap(role -> role.getRules().stream()))
          .noneMatch(rule -> rule.getResources().contains("secrets"));
    }
    assertThat(namespacesWithSecrets(standard)).containsExactly("tidegate-system");
    assertThat(namespacesWithSecrets(Chart.OPERATOR.render(MOST)))
        .containsExactlyInAnyOrder("tidegate-system", "keys");
  }

  private static List<String> namespacesWithSecrets(Rendering rendering) {
    return rendering
        .all(Role.class)
        .filter(
            role -> role.getRules().stream().anyMatch(r -> r.getResources().contains("secrets")))
        .map(role -> role.getMetadata().getNamespace())
        .distinct()
        .toList();
  }

  @Test
  void onlyTheOperatorsAccountIsBoundAndOnlyToRolesThatExist() {
    List<Subject> subjects = new ArrayList<>();
    standard
        .all(ClusterRoleBinding.class)
        .forEach(
            binding -> {
              subjects.addAll(binding.getSubjects());
              standard.one(ClusterRole.class, binding.getRoleRef().getName());
            });
    standard
        .all(RoleBinding.class)
        .forEach(
            binding -> {
              subjects.addAll(binding.getSubjects());
              standard.one(Role.class, binding.getRoleRef().getName());
            });
    assertThat(subjects)
        .hasSize(3)
        .allSatisfy(
            subject -> {
              assertThat(subject.getKind()).isEqualTo("ServiceAccount");
              assertThat(subject.getName()).isEqualTo("tidegate-operator");
              assertThat(subject.getNamespace()).isEqualTo("tidegate-system");
            });
    standard.one(ServiceAccount.class, "tidegate-operator");
  }

  @Test
  void itsKindsAreThoseOfTheDefinitions() {
    List<String> plurals =
        Chart.CRDS
            .render()
            .all(CustomResourceDefinition.class)
            .map(crd -> crd.getSpec().getNames().getPlural())
            .sorted()
            .toList();
    assertThat(rules(standard))
        .filteredOn(rule -> rule.getApiGroups().contains("tidegate.io"))
        .hasSize(4)
        .allSatisfy(
            rule ->
                assertThat(rule.getResources())
                    .map(resource -> resource.replace("/status", ""))
                    .isEqualTo(plurals));
  }

  @Test
  void ofUsersObjectsItWritesTheStatusOnly() {
    assertThat(standard.one(ClusterRole.class, "tidegate-operator").getRules())
        .filteredOn(rule -> rule.getApiGroups().contains("tidegate.io"))
        .filteredOn(rule -> !List.of("get", "list", "watch").containsAll(rule.getVerbs()))
        .hasSize(1)
        .allSatisfy(
            rule -> {
              assertThat(rule.getVerbs()).containsExactly("update");
              assertThat(rule.getResources()).allMatch(resource -> resource.endsWith("/status"));
            });
  }

  @Test
  void namedObjectsHaveTheNamesThatTheOperatorUses() {
    assertThat(rules(standard).flatMap(rule -> rule.getResourceNames().stream()))
        .containsExactlyInAnyOrder(
            CaPublisher.CONFIG_MAP, "tidegate", CertificateIssuer.SECRET, WriterElection.LEASE);
  }

  @Test
  void caBundlesCanBeNarrowedToTheirNames() {
    Rendering narrowed =
        Chart.OPERATOR.render(Map.of("caBundles", Map.of("configMapNames", List.of("corp-ca"))));
    assertThat(narrowed.one(ClusterRole.class, "tidegate-operator").getRules())
        .filteredOn(rule -> rule.getResources().contains("configmaps"))
        .filteredOn(rule -> rule.getVerbs().contains("list"))
        .hasSize(1)
        .allSatisfy(rule -> assertThat(rule.getResourceNames()).containsExactly("corp-ca"));
  }

  @Test
  void withCertManagerItWritesNoSecretAndNoWebhook() {
    Rendering issued =
        Chart.OPERATOR.render(Map.of("certificates", Map.of("issuer", "CertManager")));
    assertThat(rules(issued))
        .filteredOn(rule -> rule.getResources().contains("secrets"))
        .flatExtracting(PolicyRule::getVerbs)
        .containsExactlyInAnyOrder("get", "list", "watch");
    assertThat(rules(issued))
        .noneMatch(rule -> rule.getResources().contains("mutatingwebhookconfigurations"));
  }
}
