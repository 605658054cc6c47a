package io.tidegate.sidecar.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.fetch.FetchStatus;
import io.tidegate.sidecar.fetch.Fetcher;
import io.tidegate.sidecar.fetch.PolicyHolder;
import java.util.TreeSet;

/**
 * What /config and /readyz say: what is in force, where it came from, and what stands in the way.
 * Credentials by name only. Safe on every thread.
 */
final class ConfigurationReport {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Fetcher.Held held;

  ConfigurationReport(Fetcher.Held held) {
    this.held = held;
  }

  /** A policy is enough: with the operator gone a sidecar serves on, and says so elsewhere. */
  boolean ready() {
    return held.policy().current() != null;
  }

  String readiness() {
    ObjectNode json = JSON.createObjectNode();
    PolicyHolder.Held policy = held.policy().held();
    json.put("ready", policy != null);
    if (policy == null) {
      json.put("cause", cause());
    } else {
      inForce(json, policy);
    }
    return json.toString();
  }

  private String cause() {
    FetchStatus.Stream stream = held.status().stream();
    StringBuilder cause = new StringBuilder("no configuration yet; stream ").append(stream.phase());
    if (!stream.detail().isEmpty()) {
      cause.append(": ").append(stream.detail());
    }
    held.status()
        .problems()
        .forEach((part, problem) -> cause.append("; ").append(part).append(": ").append(problem));
    FetchStatus.Refused refused = held.status().lastRefusal();
    if (refused != null) {
      cause.append("; refused: ").append(refused.reason());
    }
    return cause.toString();
  }

  /** Costs time in proportion to the snapshot; not for the event loop. */
  String configuration() throws JsonProcessingException {
    ObjectNode json = JSON.createObjectNode();
    PolicyHolder.Held policy = held.policy().held();
    if (policy != null) {
      inForce(json, policy);
    }
    FetchStatus.Stream stream = held.status().stream();
    json.putObject("stream")
        .put("phase", stream.phase().name())
        .put("since", stream.since().toString())
        .put("detail", stream.detail());
    refusal(json);
    ObjectNode problems = json.putObject("problems");
    held.status().problems().forEach(problems::put);
    credentials(json.putObject("credentials"), policy);
    if (policy != null) {
      json.set("configuration", JSON.readTree(policy.policy().canonicalJson()));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  private static void inForce(ObjectNode json, PolicyHolder.Held policy) {
    json.put("version", policy.policy().version());
    json.put("origin", policy.origin().toString());
    json.put("since", policy.since().toString());
  }

  private void refusal(ObjectNode json) {
    FetchStatus.Refused refused = held.status().lastRefusal();
    if (refused != null) {
      json.putObject("lastRefusal")
          .put("version", refused.version())
          .put("origin", refused.origin().toString())
          .put("object", refused.object() == null ? null : refused.object().toString())
          .put("reason", refused.reason())
          .put("at", refused.at().toString());
    }
  }

  private void credentials(ObjectNode json, PolicyHolder.Held policy) {
    ArrayNode names = json.putArray("held");
    held.credentials().names().forEach(names::add);
    TreeSet<String> missing = new TreeSet<>();
    if (policy != null) {
      for (Provider provider : policy.policy().snapshot().providers()) {
        if (provider.credential() != null
            && held.credentials().credential(provider.credential()) == null) {
          missing.add(provider.credential());
        }
      }
    }
    ArrayNode absent = json.putArray("missing");
    missing.forEach(absent::add);
  }
}
