package io.tidegate.operator.admit;

/** What every test of this package injects with. */
final class TestSettings {
  static final InjectionSettings SETTINGS =
      new InjectionSettings(
          "tidegate-system",
          "https://tidegate-operator.tidegate-system.svc:8443",
          "tidegate/sidecar:test",
          () -> "-----BEGIN CERTIFICATE-----\ntest\n-----END CERTIFICATE-----\n");

  private TestSettings() {}
}
