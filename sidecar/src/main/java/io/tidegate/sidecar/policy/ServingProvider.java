package io.tidegate.sidecar.policy;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.SnapshotRefused;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** A provider with its address taken apart and its prices parsed. */
public final class ServingProvider {
  private final Provider provider;
  private final String host;
  private final int port;
  private final boolean tls;
  private final String basePath;
  private final Map<String, ServingModel> models = new LinkedHashMap<>();

  private ServingProvider(Provider provider, URI endpoint) {
    this.provider = provider;
    this.tls = "https".equals(endpoint.getScheme());
    this.host = endpoint.getHost();
    this.port = endpoint.getPort() > 0 ? endpoint.getPort() : tls ? 443 : 80;
    String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
    this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  static ServingProvider of(Provider provider) throws SnapshotRefused {
    URI endpoint;
    try {
      endpoint = URI.create(provider.endpoint());
    } catch (IllegalArgumentException e) {
      throw refused(provider, "spec.endpoint is no URL: " + e.getMessage());
    }
    if (endpoint.getHost() == null
        || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))) {
      throw refused(
          provider,
          "spec.endpoint '" + provider.endpoint() + "' is no absolute http(s) URL with a host");
    }
    ServingProvider serving = new ServingProvider(provider, endpoint);
    for (Provider.Model model : provider.models()) {
      try {
        serving.models.put(
            model.name(),
            new ServingModel(model, model.price() == null ? null : Price.of(model.price())));
      } catch (NumberFormatException | ArithmeticException e) {
        throw refused(
            provider, "spec.models[" + model.name() + "].price: not a price: " + e.getMessage());
      }
    }
    return serving;
  }

  private static SnapshotRefused refused(Provider provider, String why) {
    return new SnapshotRefused(provider.object(), provider.object() + ": " + why);
  }

  public ObjectRef object() {
    return provider.object();
  }

  public Provider config() {
    return provider;
  }

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  public boolean tls() {
    return tls;
  }

  /** Path of the endpoint without a trailing slash; may be empty. */
  public String basePath() {
    return basePath;
  }

  /** Null if the provider has no model of this name. */
  public ServingModel model(String name) {
    return models.get(name);
  }

  /** In the order of the object. */
  public Iterable<ServingModel> models() {
    return models.values();
  }

  /**
   * @param price null if the model has none
   */
  public record ServingModel(Provider.Model config, Price price) {}
}
