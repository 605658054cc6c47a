package io.tidegate.e2e.chart;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.e2e.chart.AuditLog.Call;
import io.tidegate.e2e.cluster.ControlPlane;
import io.tidegate.operator.Operator;
import io.tidegate.operator.OperatorSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator does all it does under the rights that the chart grants to its account, and needs
 * every one of them: by the audit log of a real API server.
 */
class GrantedRightsIT {
  private static final String ACCOUNT =
      "system:serviceaccount:" + Chart.NAMESPACE + ":tidegate-operator";
  private static final String GOVERNED = "quickstart";

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @TempDir Path work;

  private ControlPlane api;
  private KubernetesClient admin;
  private AuditLog log;

  @BeforeEach
  void start() throws Exception {
    log = new AuditLog(work.resolve("audit.log"));
    api = ControlPlane.start();
    api.stopApiServer();
    api.startApiServer(log.flags(ACCOUNT));
    admin = api.admin();
    Chart.CRDS.install(api);
    api.run("kubectl", "apply", "--filename=" + Chart.ROOT.resolve("samples/quickstart")).orFail();
    // With the chart comes the policy by which only the operator writes it.
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(GOVERNED)
                .withName("tidegate-ca")
                .endMetadata()
                .addToData("ca.crt", "somebody else's")
                .build())
        .create();
    Chart.OPERATOR.install(api);
    admin.resource(account()).create();
    SidecarProfile profile = new SidecarProfile();
    profile.setMetadata(
        new ObjectMetaBuilder().withNamespace(GOVERNED).withName("default").build());
    profile.setSpec(SidecarProfileSpec.builtIn());
    admin.resource(profile).create();
  }

  @AfterEach
  void end() {
    if (admin != null) {
      admin.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Test
  void nothingIsMissingAndNothingIsUnused() throws Exception {
    withABundle();
    Pod injected = Pods.create(admin, GOVERNED, Pods.injected(Pods.plain("app")));
    Pod stray = Pods.create(admin, GOVERNED, Pods.plain("stray"));
    run(
        Map.of("TIDEGATE_REPLICA", "one"),
        client -> {
          assertThat(client.stream(token(injected))).isEqualTo(200);
          assertThat(client.stream(token(stray))).isEqualTo(403);
          Pod owned =
              new PodBuilder(Pods.plain("web-1"))
                  .editMetadata()
                  .addToLabels("tidegate.io/inject", "enabled")
                  .addNewOwnerReference()
                  .withApiVersion("apps/v1")
                  .withKind("ReplicaSet")
                  .withName("web")
                  .withUid("0123")
                  .withController(true)
                  .endOwnerReference()
                  .endMetadata()
                  .build();
          client.review(GOVERNED, owned);
          client.review(GOVERNED, owned);
          client.review("not-seen-yet", Pods.plain("new"));
          until("its first report", this::reported);
          called("update", "configmaps", call -> call.name().equals("tidegate-ca"));
          called("patch", "events", call -> true);
          called("update", "mutatingwebhookconfigurations", call -> true);
          called("get", "modelroutes", call -> true);
          // A second report of the replica replaces its first.
          assertThat(client.stream(token(injected))).isEqualTo(200);
          changeRoute(1000);
          called("update", "configmaps", call -> acks(call, "one"));
        });
    run(
        Map.of("TIDEGATE_REPLICA", "two"),
        client -> {
          assertThat(client.stream(token(injected))).isEqualTo(200);
          called("delete", "configmaps", call -> acks(call, "one"));
        });
    // Another name makes the certificate due.
    run(Map.of("TIDEGATE_OPERATOR_URL", "https://late.test:8443"), client -> {});

    assertThat(log.calls()).filteredOn(call -> call.status() == 403).as("missing").isEmpty();
    assertThat(unused()).as("granted, and never used").isEmpty();
  }

  private interface Story {
    void tell(OperatorClient client) throws Exception;
  }

  private void run(Map<String, String> more, Story story) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("TIDEGATE_HOST", "127.0.0.1");
    settings.put("TIDEGATE_TLS_PORT", "0");
    settings.put("TIDEGATE_ADMIN_PORT", "0");
    settings.put("TIDEGATE_LEASE_DURATION_MILLIS", "3000");
    settings.put("TIDEGATE_STATUS_INTERVAL_MILLIS", "10");
    try (Operator operator =
            Operator.start(OperatorSettings.of(settings), meetingAConflict("tidegate-operator"));
        OperatorClient client = new OperatorClient(operator)) {
      story.tell(client);
    }
  }

  /** A client of the account whose first status write of the route comes after another's write. */
  private KubernetesClientBuilder meetingAConflict(String account) {
    Interceptor otherWriter =
        new Interceptor() {
          private final AtomicBoolean wrote = new AtomicBoolean();

          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            boolean status = request.uri().getPath().endsWith("/modelroutes/chat/status");
            if (status && wrote.compareAndSet(false, true)) {
              changeRoute(1);
            }
          }
        };
    try (KubernetesClient plain = api.serviceAccount(Chart.NAMESPACE, account)) {
      return new KubernetesClientBuilder()
          .withConfig(plain.getConfiguration())
          .withHttpClientBuilderConsumer(
              http -> http.addOrReplaceInterceptor("other-writer", otherWriter));
    }
  }

  private boolean reported() {
    return admin.configMaps().inNamespace(Chart.NAMESPACE).withName("tidegate-acks-one").get()
        != null;
  }

  private static boolean acks(Call call, String replica) {
    return call.name().equals("tidegate-acks-" + replica);
  }

  private void called(String verb, String resource, Predicate<Call> which) {
    until(
        verb + " " + resource,
        () ->
            log.calls().stream()
                .anyMatch(
                    call ->
                        call.verb().equals(verb)
                            && call.resource().equals(resource)
                            && call.status() < 300
                            && which.test(call)));
  }

  private void changeRoute(int priority) {
    admin
        .resources(ModelRoute.class)
        .inNamespace(GOVERNED)
        .withName("chat")
        .patch(MERGE, "{\"spec\": {\"priority\": " + priority + "}}");
  }

  private void withABundle() {
    admin
        .genericKubernetesResources("tidegate.io/v1alpha1", "ModelProvider")
        .inNamespace(Chart.NAMESPACE)
        .withName("sample")
        .patch(
            MERGE,
            """
            {"spec": {"endpoint": "https://models.test/v1",
             "tls": {"mode": "Verify", "caBundle": {"configMapRef": {"name": "corp-ca"}}}}}
            """);
  }

  private static HasMetadata account() {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withNamespace(GOVERNED)
        .withName("default")
        .endMetadata()
        .build();
  }

  /** As the kubelet has it made. */
  private String token(Pod pod) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences("tidegate-operator")
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    try (KubernetesClient node = api.user("a-node", "system:nodes", "system:masters")) {
      return node.serviceAccounts()
          .inNamespace(GOVERNED)
          .withName("default")
          .tokenRequest(request)
          .getStatus()
          .getToken();
    }
  }

  /** A verb of a rule that no call needed. Rules are of the operator's own roles. */
  private List<String> unused() {
    List<Call> calls = log.calls();
    List<String> unused = new ArrayList<>();
    Rendering chart = Chart.OPERATOR.render();
    ClusterRole everywhere = chart.one(ClusterRole.class, "tidegate-operator");
    everywhere.getRules().forEach(rule -> unused(rule, null, calls, unused));
    chart
        .all(Role.class)
        .forEach(
            role ->
                role.getRules()
                    .forEach(
                        rule -> unused(rule, role.getMetadata().getNamespace(), calls, unused)));
    return unused;
  }

  private static void unused(
      PolicyRule rule, String namespace, List<Call> calls, List<String> unused) {
    for (String verb : rule.getVerbs()) {
      // A conflict of any of our kinds stands for all of them.
      boolean conflicts = verb.equals("get") && rule.getApiGroups().contains("tidegate.io");
      List<String> idle =
          rule.getResources().stream()
              .filter(resource -> !used(rule, resource, verb, namespace, calls))
              .toList();
      if (idle.size() == rule.getResources().size() || !(idle.isEmpty() || conflicts)) {
        unused.add(verb + " " + idle + " " + rule.getResourceNames());
      }
    }
  }

  private static boolean used(
      PolicyRule rule, String resource, String verb, String namespace, List<Call> calls) {
    PolicyRule one = new PolicyRuleBuilder(rule).withResources(resource).build();
    return calls.stream().anyMatch(call -> call.needs(one, verb, namespace));
  }
}
