package io.tidegate.operator.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class WatchKeyTest {
  private static WatchKey of(String path) {
    return WatchKey.of(URI.create("wss://api.test:6443" + path));
  }

  @Test
  void namesKindNamespaceAndObject() {
    assertThat(of("/api/v1/namespaces?allowWatchBookmarks=true&watch=true"))
        .isEqualTo(new WatchKey("namespaces", "", "", ""));
    assertThat(of("/apis/tidegate.io/v1alpha1/modelroutes?resourceVersion=7&watch=true"))
        .isEqualTo(new WatchKey("modelroutes", "", "", ""));
    assertThat(of("/api/v1/namespaces/tidegate-system/secrets?watch=true"))
        .isEqualTo(new WatchKey("secrets", "tidegate-system", "", ""));
    assertThat(of("/api/v1/namespaces/team/configmaps?fieldSelector=metadata.name%3Dcorp-ca"))
        .isEqualTo(WatchKey.of("configmaps", "team", "corp-ca"));
    assertThat(of("/api/v1/pods?labelSelector=a%3Db%2C%21c&limit=500"))
        .isEqualTo(new WatchKey("pods", "", "", "a=b,!c"));
  }
}
