package io.tidegate.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Renewal renewal = new Renewal(new Authority(), List.of("op.svc", "127.0.0.1"));

  private TlsState first() {
    return renewal.complete(TlsParts.NONE, Optional.empty(), START);
  }

  @Test
  void nothingChangesWhileNothingIsDue() {
    TlsState first = first();
    assertThat(renewal.advance(first, START.plus(Duration.ofDays(59)))).isSameAs(first);
  }

  @Test
  void theLeafIsRenewedAtTwoThirdsOfItsLifeByTheSameCa() {
    TlsState first = first();
    Instant due = START.plus(Duration.ofDays(61));
    TlsState renewed = renewal.advance(first, due);
    assertThat(renewed.leaf().certificate()).isNotEqualTo(first.leaf().certificate());
    assertThat(renewed.leaf().notAfter()).isEqualTo(due.plus(Authority.LEAF_LIFE));
    assertThat(renewed.trusted()).isEqualTo(first.trusted());
  }

  @Test
  void anExpiredLeafIsRenewedAfterALongAbsence() {
    TlsState first = first();
    Instant late = START.plus(Duration.ofDays(400));
    assertThat(renewal.advance(first, late).leaf().notAfter()).isAfter(late);
  }

  @Test
  void aNewCaIsTrustedForThirtyDaysBeforeItSigns() throws Exception {
    TlsState first = first();
    Instant due = START.plus(Duration.ofDays(3650 * 2 / 3 + 1));

    TlsState announced = renewal.advance(first, due);
    assertThat(announced.trusted()).hasSize(2).contains(first.signer().certificate());
    assertThat(announced.leaf().issuedBy(first.signer())).isTrue();

    TlsState early =
        renewal.advance(announced, due.plus(Duration.ofDays(30)).minus(Duration.ofHours(1)));
    assertThat(early).isSameAs(announced);

    TlsState signing =
        renewal.advance(announced, due.plus(Duration.ofDays(30)).plus(Duration.ofHours(1)));
    assertThat(signing.next()).isEmpty();
    X509Certificate newCa = announced.trusted().getFirst();
    signing.leaf().certificate().verify(newCa.getPublicKey());
    assertThat(signing.trusted()).as("the old CA stays").isEqualTo(announced.trusted());
  }

  @Test
  void whateverIsServedWasSignedByACaThatWasTrustedThirtyDaysBefore() throws Exception {
    TlsState state = first();
    Map<X509Certificate, Instant> known = new HashMap<>();
    known.put(state.signer().certificate(), Instant.MIN);
    Instant now = START;
    for (int week = 0; week < 52 * 22; week++) {
      now = now.plus(Duration.ofDays(7));
      state = renewal.advance(state, now);
      for (X509Certificate ca : state.trusted()) {
        known.putIfAbsent(ca, now);
      }
      X509Certificate signer = state.signer().certificate();
      state.leaf().certificate().verify(signer.getPublicKey());
      assertThat(known.get(signer)).isBeforeOrEqualTo(now.minus(Duration.ofDays(30)));
      assertThat(state.trusted()).contains(signer);
      assertThat(state.leaf().notAfter()).isAfter(now.plus(Duration.ofDays(7)));
    }
    assertThat(known).as("CAs in twenty-two years").hasSizeGreaterThan(3);
  }

  @Test
  void anExpiredCaLeavesTheBundleAndTheNextSignsAtOnce() {
    TlsState first = first();
    Instant late = START.plus(Duration.ofDays(3651));
    TlsState state = renewal.advance(first, late);
    assertThat(state.trusted()).hasSize(1).doesNotContain(first.signer().certificate());
    assertThat(state.leaf().issuedBy(state.signer())).isTrue();
    assertThat(state.leaf().notAfter()).isAfter(late);
  }

  @Test
  void aLeafNeverOutlivesItsCa() {
    Authority authority = new Authority();
    KeyedCertificate ca = authority.newCa(START);
    Instant late = START.plus(Authority.CA_LIFE).minus(Duration.ofDays(10));
    assertThat(authority.newLeaf(ca, List.of("x"), late).notAfter()).isEqualTo(ca.notAfter());
  }

  @Test
  void aNewNameMakesANewLeafThatKeepsTheNamesThatOthersWant() throws Exception {
    TlsState first = first();
    TlsState wider = renamed().advance(first, START);
    assertThat(wider.leaf()).isNotEqualTo(first.leaf());
    assertThat(names(wider)).containsExactlyInAnyOrder("op.svc", "other.svc", "127.0.0.1");
    assertThat(renewal.advance(wider, START)).as("for the other replica").isSameAs(wider);
  }

  @Test
  void aNameThatNobodyWantsAnyMoreLeavesWithTheNextRenewal() throws Exception {
    TlsState wider = renamed().advance(first(), START);
    Instant due = START.plus(Duration.ofDays(61));
    assertThat(names(renamed().advance(wider, due))).containsExactly("op.svc", "other.svc");
  }

  @Test
  void aCertificateNeverGrowsWithoutEnd() throws Exception {
    TlsState state = first();
    for (int i = 0; i < 100; i++) {
      state = new Renewal(new Authority(), List.of("op" + i + ".svc")).advance(state, START);
      assertThat(names(state)).contains("op" + i + ".svc");
    }
    assertThat(names(state)).hasSize(Renewal.MOST_NAMES);
  }

  private static Renewal renamed() {
    return new Renewal(new Authority(), List.of("op.svc", "other.svc"));
  }

  private static List<String> names(TlsState state) throws CertificateParsingException {
    return state.leaf().certificate().getSubjectAlternativeNames().stream()
        .map(name -> (String) name.get(1))
        .toList();
  }

  @Test
  void noKeyIsEverPrinted() {
    TlsState state = first();
    String key = Pem.of(state.signer().key()).lines().skip(1).findFirst().orElseThrow();
    assertThat(state.toString()).doesNotContain(key).doesNotContain("PrivateKey");
  }
}
