package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/**
 * @param image null: the installation's own
 * @param imagePullPolicy null: as Kubernetes decides
 * @param resources null: the installation's own
 */
@ValidationRule(
    value = "(has(self.port) ? self.port : 4100) != (has(self.adminPort) ? self.adminPort : 4101)",
    fieldPath = ".adminPort",
    message = "port and adminPort are the same: give each its own")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SidecarProfileSpec(
    @Size(max = 8) @JsonPropertyDescription("Where each field of the request contract comes from.")
        List<FieldRule> identity,
    @JsonPropertyDescription("What happens to a call that no route claims. Absent: it is refused.")
        Unmatched unmatched,
    @JsonPropertyDescription("What a request may be at most; a larger one is refused.")
        RequestLimits requestLimits,
    @Default("IfAbsent")
        @JsonPropertyDescription(
            "What happens to a base URL that a container sets itself: kept,"
                + " replaced, or the pod is refused.")
        InjectEnv injectEnv,
    @Size(min = 1, max = 512)
        @Pattern(Patterns.IMAGE)
        @JsonPropertyDescription("Absent: the image that the operator was installed with.")
        String image,
    @JsonPropertyDescription(
            "When a node pulls the sidecar's image. Absent: as Kubernetes decides by the tag.")
        ImagePullPolicy imagePullPolicy,
    @Default("4100")
        @Min(1024)
        @Max(65_535)
        @JsonPropertyDescription("Loopback port that takes calls.")
        Integer port,
    @Default("4101")
        @Min(1024)
        @Max(65_535)
        @JsonPropertyDescription("Port of health, metrics and configuration.")
        Integer adminPort,
    @JsonPropertyDescription("Of the sidecar's container. Absent: the installation's own.")
        Resources resources) {

  public SidecarProfileSpec {
    identity = Defaults.list(identity);
    unmatched = Defaults.value(unmatched, new Unmatched(null, null));
    requestLimits = Defaults.value(requestLimits, new RequestLimits(null, null));
    injectEnv = Defaults.value(injectEnv, InjectEnv.IfAbsent);
    port = Defaults.value(port, 4100);
    adminPort = Defaults.value(adminPort, 4101);
  }

  /** What a pod gets where no profile is found. */
  public static SidecarProfileSpec builtIn() {
    return new SidecarProfileSpec(null, null, null, null, null, null, null, null, null);
  }

  /** The fields of the request contract, named as in the contract and in events. */
  public enum Field {
    tenant_id,
    user_id,
    workflow,
    sensitivity,
    latency_class,
    budget_class,
    retrieval_required,
    trace_id
  }

  /** Where a value may come from, in falling order of trust. The first three pin it. */
  public enum Source {
    /** Label {@code tidegate.io/<field>} of the namespace. */
    Namespace,
    /** Label {@code tidegate.io/<field>} of the ServiceAccount. */
    ServiceAccount,
    /** Label {@code tidegate.io/<field>} of the pod, if its value is among allowedValues. */
    PodLabel,
    /** {@code x-tidegate-<field>}. */
    Header,
    /** The JSON of {@code x-tidegate-task}. */
    Task,
    /** The dialect's own metadata fields. */
    Metadata
  }

  /**
   * @param sources empty: every source but PodLabel
   * @param defaultValue null: none
   * @param allowedValues empty: any
   */
  @ValidationRule(
      value =
          "!has(self.sources) || !('PodLabel' in self.sources)"
              + " || (has(self.allowedValues) && self.allowedValues.size() > 0)",
      fieldPath = ".allowedValues",
      message =
          "source PodLabel needs allowedValues: whoever writes a Deployment writes its labels")
  @ValidationRule(
      value =
          "!has(self.default) || !has(self.allowedValues) || self.allowedValues.size() == 0"
              + " || self.default in self.allowedValues",
      fieldPath = ".default",
      message = "default is not among allowedValues: add it there, or choose another")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record FieldRule(
      @Required @JsonPropertyDescription("Field of the request contract.") Field field,
      @Size(max = 6)
          @JsonPropertyDescription("Where its value may come from. Absent: all but PodLabel.")
          List<Source> sources,
      @Default("false") @JsonPropertyDescription("A call without it is refused.") Boolean required,
      @JsonProperty("default")
          @Size(min = 1, max = 256)
          @JsonPropertyDescription("Used where no source gives a value.")
          String defaultValue,
      @Size(max = 64) @JsonPropertyDescription("Any other value is refused. Absent: any.")
          List<@Size(min = 1, max = 256) String> allowedValues) {
    public FieldRule {
      sources = Defaults.list(sources);
      required = Defaults.value(required, false);
      allowedValues = Defaults.list(allowedValues);
    }
  }

  /** What happens to a call that no route claims. */
  @ValidationRule(
      value =
          "(has(self.action) && self.action == 'PassThrough')"
              + " == (has(self.providers) && self.providers.size() > 0)",
      fieldPath = ".providers",
      message = "providers goes with action PassThrough: name one provider for each dialect")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Unmatched(
      @Default("Deny")
          @JsonPropertyDescription(
              "Deny: refused with 403. PassThrough: sent on as it is, to the one of"
                  + " providers that speaks its dialect.")
          Action action,
      @Size(max = 2)
          @JsonPropertyDescription("NAME or NAMESPACE/NAME; at most one for each dialect.")
          List<@Size(min = 1, max = 317) @Pattern(Patterns.OBJECT_REF) String> providers) {
    public Unmatched {
      action = Defaults.value(action, Action.Deny);
      providers = Defaults.list(providers);
    }

    /** Refuse it, or send it on as it is. */
    public enum Action {
      Deny,
      PassThrough
    }
  }

  /** What a request may be at most. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record RequestLimits(
      @Default("33554432")
          @Min(1024)
          @Max(268_435_456)
          @JsonPropertyDescription("Bytes of its body.")
          Long maxBodyBytes,
      @Default("64") @Min(8) @Max(512) @JsonPropertyDescription("Objects and lists in one another.")
          Integer maxJsonDepth) {
    public RequestLimits {
      maxBodyBytes = Defaults.value(maxBodyBytes, 33_554_432L);
      maxJsonDepth = Defaults.value(maxJsonDepth, 64);
    }
  }

  /** What happens to a base URL that a container sets itself. */
  public enum InjectEnv {
    IfAbsent,
    Override,
    Refuse
  }

  /** As in Kubernetes. */
  public enum ImagePullPolicy {
    Always,
    IfNotPresent,
    Never
  }

  /** Of the sidecar's container. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Resources(
      @JsonPropertyDescription("What the scheduler sets aside.") Amounts requests,
      @JsonPropertyDescription("What the container may use.") Amounts limits) {}

  /** Null: not set. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Amounts(
      @JsonPropertyDescription("Cores, such as 100m. Absent: not set.") Quantity cpu,
      @JsonPropertyDescription("Bytes, such as 128Mi. Absent: not set.") Quantity memory) {}
}
