package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * @param endpoint null: the public endpoint that the type implies
 * @param credentials null: the endpoint needs none
 */
@ValidationRule(
    value = "self.type != 'OpenAICompatible' || has(self.endpoint)",
    fieldPath = ".endpoint",
    message =
        "endpoint is required for type OpenAICompatible: give the URL that ends before"
            + " /chat/completions")
@ValidationRule(
    value = "self.type == 'OpenAICompatible' || has(self.credentials)",
    fieldPath = ".credentials",
    message =
        "credentials are required for types OpenAI and Anthropic: name the Secret in"
            + " credentials.apiKey.secretRef")
@ValidationRule(
    value =
        "!has(self.endpoint) || !self.endpoint.startsWith('http://')"
            + " || (has(self.tls) && has(self.tls.mode) && self.tls.mode == 'Plaintext')",
    fieldPath = ".endpoint",
    message =
        "an http:// endpoint sends prompts and keys unencrypted: use https://, or say tls.mode"
            + " Plaintext")
@ValidationRule(
    value =
        "!has(self.tls) || !has(self.tls.mode) || self.tls.mode != 'Plaintext'"
            + " || (has(self.endpoint) && self.endpoint.startsWith('http://'))",
    fieldPath = ".tls.mode",
    message = "mode Plaintext needs an http:// endpoint: use mode Verify for https://")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ModelProviderSpec(
    @Required @JsonPropertyDescription("What the endpoint speaks and how it is authenticated.")
        Type type,
    @Size(min = 8, max = 512)
        @Pattern(Patterns.ENDPOINT)
        @JsonPropertyDescription(
            "Base URL. For OpenAI types it ends before /chat/completions (usually"
                + " in /v1); for Anthropic before /v1/messages. Absent: the provider's"
                + " public endpoint.")
        String endpoint,
    @JsonPropertyDescription(
            "How the sidecar proves itself to the endpoint; applications never hold"
                + " it. Absent only for type OpenAICompatible: the endpoint asks for"
                + " nothing.")
        Credentials credentials,
    @JsonPropertyDescription(
            "Whether and how the connection is encrypted. Absent: the system's"
                + " trusted certificates.")
        Tls tls,
    @JsonPropertyDescription("Whose routes may name this provider. Absent: this namespace's own.")
        AllowedNamespaces allowedNamespaces,
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The models that routes may name.")
        List<Model> models,
    @JsonPropertyDescription("Bounds of one attempt, in seconds.") Timeouts timeouts) {

  public ModelProviderSpec {
    models = Defaults.list(models);
    tls = Defaults.value(tls, new Tls(null, null));
    allowedNamespaces = Defaults.value(allowedNamespaces, new AllowedNamespaces(null, null));
    timeouts = Defaults.value(timeouts, new Timeouts(null, null, null, null));
  }

  /** What the endpoint speaks. */
  public enum Type {
    OpenAI,
    OpenAICompatible,
    Anthropic
  }

  /** How we prove ourselves to the provider. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Credentials(
      @Required @JsonPropertyDescription("A key that the provider issued.") ApiKey apiKey) {}

  /** A key that stands in a Secret. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ApiKey(
      @Required
          @JsonPropertyDescription(
              "The key of a Secret in this provider's own namespace, which the"
                  + " installation must have granted to the operator.")
          SecretRef secretRef) {}

  /** A key of a Secret in the provider's own namespace. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record SecretRef(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(Patterns.OBJECT_NAME)
          @JsonPropertyDescription("Name of the Secret.")
          String name,
      @Default("apiKey")
          @Size(min = 1, max = 253)
          @Pattern(Patterns.DATA_KEY)
          @JsonPropertyDescription("Key in the Secret whose value is the provider's key.")
          String key) {
    public SecretRef {
      key = Defaults.value(key, "apiKey");
    }
  }

  /**
   * @param caBundle null: the system's trusted certificates
   */
  @ValidationRule(
      value = "!has(self.caBundle) || !has(self.mode) || self.mode != 'Plaintext'",
      fieldPath = ".caBundle",
      message = "caBundle has no meaning under mode Plaintext: remove one of the two")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Tls(
      @Default("Verify")
          @JsonPropertyDescription("Verify the provider's certificate, or speak plain http.")
          Mode mode,
      @JsonPropertyDescription("Certificates to trust in place of the system's.")
          CaBundle caBundle) {
    public Tls {
      mode = Defaults.value(mode, Mode.Verify);
    }

    /** Whether the connection is encrypted. */
    public enum Mode {
      Verify,
      Plaintext
    }
  }

  /** Where PEM certificates stand. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record CaBundle(
      @Required
          @JsonPropertyDescription(
              "The key of a ConfigMap in this provider's own namespace that holds PEM"
                  + " certificates.")
          ConfigMapRef configMapRef) {}

  /** A key of a ConfigMap in the provider's own namespace. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ConfigMapRef(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(Patterns.OBJECT_NAME)
          @JsonPropertyDescription("Name of the ConfigMap.")
          String name,
      @Default("ca.crt")
          @Size(min = 1, max = 253)
          @Pattern(Patterns.DATA_KEY)
          @JsonPropertyDescription("Key in the ConfigMap that holds the certificates.")
          String key) {
    public ConfigMapRef {
      key = Defaults.value(key, "ca.crt");
    }
  }

  /**
   * @param selector labels of namespaces, for {@link From#Selector}
   */
  @ValidationRule(
      value = "(has(self.from) && self.from == 'Selector') == has(self.selector)",
      fieldPath = ".selector",
      message = "selector goes with from: Selector, and from: Selector needs it")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record AllowedNamespaces(
      @Default("Same")
          @JsonPropertyDescription(
              "Same: this namespace. All: every namespace. Selector: those whose"
                  + " labels the selector matches.")
          From from,
      @JsonPropertyDescription("Labels of namespaces, for from: Selector.") Selector selector) {
    public AllowedNamespaces {
      from = Defaults.value(from, From.Same);
    }

    /** Which namespaces. */
    public enum From {
      Same,
      All,
      Selector
    }
  }

  /**
   * @param name what routes refer to
   * @param id what the provider calls it; never null: the name where the object gives none
   * @param price null: cannot be used under a usd limit
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Model(
      @Required
          @Size(min = 1, max = 128)
          @Pattern(Patterns.MODEL)
          @JsonPropertyDescription("What routes refer to.")
          String name,
      @Size(min = 1, max = 256)
          @Pattern(Patterns.MODEL)
          @JsonPropertyDescription("What the provider calls it. Absent: the name.")
          String id,
      @Min(1) @Max(100_000_000) @JsonPropertyDescription("Context window in tokens.")
          Integer contextTokens,
      @Min(1) @Max(100_000_000) @JsonPropertyDescription("The most the model can answer.")
          Integer maxOutputTokens,
      @JsonPropertyDescription("Absent: the model cannot be used under a usd limit.") Price price) {
    public Model {
      id = Defaults.value(id, name);
    }
  }

  /** US dollars for a million tokens, as decimals in strings. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Price(
      @Required
          @Size(min = 1, max = 13)
          @Pattern(Patterns.USD)
          @JsonPropertyDescription("Input; US dollars as a decimal in a string.")
          String inputPerMillionTokens,
      @Required
          @Size(min = 1, max = 13)
          @Pattern(Patterns.USD)
          @JsonPropertyDescription(
              "Output, reasoning included; US dollars as a decimal in a string.")
          String outputPerMillionTokens,
      @Size(min = 1, max = 13) @Pattern(Patterns.USD) @JsonPropertyDescription("Absent: as input.")
          String cacheReadPerMillionTokens,
      @Size(min = 1, max = 13)
          @Pattern(Patterns.USD)
          @JsonPropertyDescription("A cache write of the shortest life. Absent: 1.25 times input.")
          String cacheWritePerMillionTokens,
      @Size(min = 1, max = 13)
          @Pattern(Patterns.USD)
          @JsonPropertyDescription("A cache write of one hour. Absent: twice input.")
          String cacheWriteOneHourPerMillionTokens) {}

  /** Bounds of one attempt. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Timeouts(
      @Default("5")
          @Min(1)
          @Max(60)
          @JsonPropertyDescription("To an open connection, TLS included.")
          Integer connectSeconds,
      @Default("60")
          @Min(1)
          @Max(3600)
          @JsonPropertyDescription("From the request's last byte to the answer's first.")
          Integer firstTokenSeconds,
      @Default("60") @Min(1) @Max(3600) @JsonPropertyDescription("Between two reads of an answer.")
          Integer idleSeconds,
      @Default("600") @Min(1) @Max(86_400) @JsonPropertyDescription("The whole attempt.")
          Integer totalSeconds) {
    public Timeouts {
      connectSeconds = Defaults.value(connectSeconds, 5);
      firstTokenSeconds = Defaults.value(firstTokenSeconds, 60);
      idleSeconds = Defaults.value(idleSeconds, 60);
      totalSeconds = Defaults.value(totalSeconds, 600);
    }
  }
}
