package io.tidegate.operator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an installation trusts, whatever the pod. */
class InstallationTrustTest {
  @Test
  void onlyCertificatesOfOursVouchForTheOperator() {
    String one = "-----BEGIN CERTIFICATE-----\nMII1\n-----END CERTIFICATE-----\n";
    String two = one.replace("MII1", "MII2");
    OwnAuthorities ours = new OwnAuthorities(one + two);
    assertThat(ours.only(one + two)).isTrue();
    assertThat(ours.only(two)).isTrue();
    assertThat(ours.only("")).isTrue();
    assertThat(ours.only(two + one.replace("MII1", "MII3"))).isFalse();
    assertThat(ours.only(two + one.replace("CERT", "TRUSTED CERT"))).isFalse();
  }

  @Test
  void theOwnRepositoryAndWhatTheInstallationTrustsAreOurImages() {
    SidecarImages images =
        SidecarImages.of("reg:5000/tidegate/sidecar:2", List.of("mirror/sidecar", "other/s:1"));
    assertThat(images.trusts("reg:5000/tidegate/sidecar:1")).isTrue();
    assertThat(images.trusts("reg:5000/tidegate/sidecar@sha256:00")).isTrue();
    assertThat(images.trusts("mirror/sidecar:9")).isTrue();
    assertThat(images.trusts("other/s:1")).isTrue();
    assertThat(images.trusts("other/s:2")).isFalse();
    assertThat(images.trusts("reg:5000/tidegate/evil:2")).isFalse();
    assertThat(images.trusts("evil/tidegate/sidecar:2")).isFalse();
    assertThat(images.and(List.of("team/s:3")).trusts("team/s:3")).isTrue();
  }

  @Test
  void aProfilesImageStandsForItsRepositoryUnlessADigestPinsIt() {
    SidecarImages images =
        SidecarImages.of(TestCluster.IMAGE, List.of())
            .and(List.of("team/s:3", "reg:5000/plain", "pinned/s:3@sha256:00", ""));
    assertThat(images.trusts("team/s:2")).isTrue();
    assertThat(images.trusts("team/s@sha256:00")).isTrue();
    assertThat(images.trusts("team/evil:3")).isFalse();
    assertThat(images.trusts("reg:5000/plain:1")).isTrue();
    assertThat(images.trusts("reg:5000/evil:1")).isFalse();
    assertThat(images.trusts("pinned/s:3@sha256:00")).isTrue();
    assertThat(images.trusts("pinned/s:3")).isFalse();
    assertThat(images.trusts("pinned/s@sha256:01")).isFalse();
    assertThat(images.trusts("")).isFalse();
    assertThat(images.trusts(":1")).isFalse();
  }
}
