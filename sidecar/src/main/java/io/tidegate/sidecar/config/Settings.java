package io.tidegate.sidecar.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * The sidecar's environment, read once at start; {@link Setting} says what each variable is for.
 *
 * @param operatorUrl scheme, host and port; null: no operator, the mounted file alone
 * @param caPem empty: none
 * @param configFile null: none
 */
public record Settings(
    String namespace,
    String pod,
    URI operatorUrl,
    String caPem,
    Path caFile,
    Path tokenFile,
    Path stateDir,
    Path credentialsDir,
    Path configFile,
    ListenAddress listen,
    ListenAddress adminListen,
    Path hostsFile,
    Duration drain) {
  private static final int MAX_DRAIN_SECONDS = 3600;

  /**
   * @throws InvalidSettings if a variable has a wrong form, or one of our prefix is unknown
   */
  public static Settings from(Map<String, String> environment) {
    Setting.refuseUnknown(environment);
    Reader in = new Reader(environment);
    return new Settings(
        Setting.TIDEGATE_NAMESPACE.in(environment),
        Setting.TIDEGATE_POD.in(environment),
        in.read(Setting.TIDEGATE_OPERATOR_URL, Settings::operatorUrl),
        Setting.TIDEGATE_CA_PEM.in(environment),
        in.read(Setting.TIDEGATE_CA_FILE, Path::of),
        in.read(Setting.TIDEGATE_TOKEN_FILE, Path::of),
        in.read(Setting.TIDEGATE_STATE_DIR, Path::of),
        in.read(Setting.TIDEGATE_CREDENTIALS_DIR, Path::of),
        in.read(Setting.TIDEGATE_CONFIG_FILE, text -> text.isEmpty() ? null : Path.of(text)),
        in.read(Setting.TIDEGATE_LISTEN, ListenAddress::parse),
        in.read(Setting.TIDEGATE_ADMIN_LISTEN, ListenAddress::parse),
        in.read(Setting.TIDEGATE_HOSTS_FILE, Path::of),
        in.read(Setting.TIDEGATE_DRAIN_SECONDS, Settings::drain));
  }

  private static URI operatorUrl(String text) {
    if (text.isEmpty()) {
      return null;
    }
    URI uri = URI.create(text);
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("is no https URL with a host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || !uri.getPath().matches("/?")) {
      throw new IllegalArgumentException("has more than scheme, host and port");
    }
    return uri;
  }

  private static Duration drain(String text) {
    int seconds = Integer.parseInt(text);
    if (seconds < 0 || seconds > MAX_DRAIN_SECONDS) {
      throw new IllegalArgumentException("is out of range");
    }
    return Duration.ofSeconds(seconds);
  }

  private record Reader(Map<String, String> environment) {
    <T> T read(Setting setting, Function<String, T> parser) {
      String text = setting.in(environment);
      try {
        return parser.apply(text);
      } catch (NumberFormatException | InvalidPathException e) {
        throw refusal(setting, text, "cannot be read");
      } catch (IllegalArgumentException e) {
        throw refusal(setting, text, e.getMessage());
      }
    }

    private static InvalidSettings refusal(Setting setting, String text, String why) {
      return new InvalidSettings(
          setting + "='" + text + "' " + why + "; it takes: " + setting.form());
    }
  }
}
