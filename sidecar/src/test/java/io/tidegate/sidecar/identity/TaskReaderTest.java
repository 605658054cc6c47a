package io.tidegate.sidecar.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Profile.CallSource;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskReaderTest {
  private static final ObjectRef PROFILE = new ObjectRef("SidecarProfile", "support", "default");
  private static final List<CallSource> ALL = List.of(CallSource.values());

  private static Profile profile(Profile.FieldRule... rules) {
    return new Profile(
        PROFILE,
        List.of(rules),
        new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
        new Profile.RequestLimits(1, 1));
  }

  private static Profile.FieldRule pinned(TaskField field, String value) {
    return new Profile.FieldRule(field, value, "label", ALL, true, "d", List.of());
  }

  private static Profile.FieldRule believed(TaskField field, CallSource... sources) {
    return new Profile.FieldRule(field, null, null, List.of(sources), false, null, List.of());
  }

  private static MultiMap headers(String... pairs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }

  private static Reading.Read read(
      Profile profile, MultiMap headers, Map<TaskField, String> metadata) {
    Reading reading = TaskReader.read(profile, headers, metadata);
    assertThat(reading).isInstanceOf(Reading.Read.class);
    return (Reading.Read) reading;
  }

  private static Refusal refused(Profile profile, MultiMap headers) {
    Reading reading = TaskReader.read(profile, headers, Map.of());
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    Refusal refusal = ((Reading.Refused) reading).refusal();
    assertThat(refusal.object()).isEqualTo(PROFILE);
    return refusal;
  }

  @Test
  void theMostTrustedStatementWins() {
    MultiMap headers =
        headers(
            "X-Tidegate-Tenant-Id", "from-header",
            "x-tidegate-task", "{\"tenant_id\":\"from-task\",\"user_id\":\"from-task\"}");
    Map<TaskField, String> metadata =
        Map.of(
            TaskField.TENANT_ID, "from-metadata",
            TaskField.USER_ID, "from-metadata",
            TaskField.WORKFLOW, "from-metadata");
    Reading.Read read = read(profile(), headers, metadata);
    assertThat(read.task().tenant()).isEqualTo("from-header");
    assertThat(read.task().user()).isEqualTo("from-task");
    assertThat(read.task().workflow()).isEqualTo("from-metadata");
    assertThat(read.task().sensitivity()).isNull();
    assertThat(read.overruled()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TaskField.class)
  void noStatementOfACallChangesAPinnedField(TaskField field) {
    Profile profile = profile(pinned(field, "platform"));
    MultiMap headers =
        headers(
            field.header(),
            "spoofed",
            field.header().toUpperCase(java.util.Locale.ROOT),
            "twice",
            TaskHeader.NAME,
            "{\"" + field.key() + "\":\"spoofed\"}");
    Reading.Read read = read(profile, headers, Map.of(field, "spoofed"));
    assertThat(read.task().get(field)).isEqualTo("platform");
    assertThat(read.overruled()).containsExactly(field);
    assertThat(read(profile, headers(), Map.of(field, "platform")).overruled()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"spoofed,true", "platform,false", "'',false"})
  void aPinThatOverrulesTheTaskHeaderAloneIsReported(String stated, boolean overruled) {
    Reading.Read read =
        read(
            profile(pinned(TaskField.TENANT_ID, "platform")),
            headers(TaskHeader.NAME, "{\"tenant_id\":\"" + stated + "\"}"),
            Map.of());
    assertThat(read.task().tenant()).isEqualTo("platform");
    assertThat(read.overruled().contains(TaskField.TENANT_ID)).isEqualTo(overruled);
  }

  @Test
  void aPinHoldsEvenAgainstMalformedStatements() {
    Profile.FieldRule[] pins =
        java.util.Arrays.stream(TaskField.values())
            .map(field -> pinned(field, "platform"))
            .toArray(Profile.FieldRule[]::new);
    Reading.Read read =
        read(
            profile(pins),
            headers(TaskHeader.NAME, "{broken", "x-tidegate-tenant-id", "a".repeat(999)),
            Map.of());
    assertThat(read.task().tenant()).isEqualTo("platform");
  }

  @Test
  void aSourceThatTheProfileDoesNotListIsNotBelieved() {
    Profile profile = profile(believed(TaskField.TENANT_ID, CallSource.Metadata));
    MultiMap headers =
        headers("x-tidegate-tenant-id", "h", "x-tidegate-task", "{\"tenant_id\":\"t\"}");
    assertThat(read(profile, headers, Map.of()).task().tenant()).isNull();
    assertThat(read(profile, headers, Map.of(TaskField.TENANT_ID, "m")).task().tenant())
        .isEqualTo("m");
  }

  @Test
  void aRequiredFieldThatNobodyStatesIsRefusedWithThePlacesForIt() {
    Profile profile =
        profile(
            new Profile.FieldRule(
                TaskField.TENANT_ID,
                null,
                null,
                List.of(CallSource.Task, CallSource.Header),
                true,
                null,
                List.of()));
    Refusal refusal = refused(profile, headers("x-tidegate-tenant-id", " "));
    assertThat(refusal.reason()).isEqualTo(Reason.TASK_FIELD_REQUIRED);
    assertThat(refusal.rule()).isEqualTo("tenant_id");
    assertThat(refusal.message())
        .contains(
            "SidecarProfile support/default",
            "header x-tidegate-tenant-id or 'tenant_id' in header x-tidegate-task");
  }

  @Test
  void aDefaultStandsInForSilence() {
    Profile profile =
        profile(
            new Profile.FieldRule(
                TaskField.WORKFLOW, null, null, ALL, true, "general", List.of("other")));
    assertThat(read(profile, headers(), Map.of()).task().workflow()).isEqualTo("general");
  }

  @Test
  void onlyAllowedValuesPassAndWordsTakeTheAllowedSpelling() {
    Profile profile =
        profile(
            new Profile.FieldRule(
                TaskField.SENSITIVITY, null, null, ALL, false, null, List.of("Internal", "Public")),
            new Profile.FieldRule(
                TaskField.TENANT_ID, null, null, ALL, false, null, List.of("acme")));
    assertThat(
            read(profile, headers("x-tidegate-sensitivity", "internal"), Map.of())
                .task()
                .sensitivity())
        .isEqualTo("Internal");
    Refusal refusal = refused(profile, headers("x-tidegate-tenant-id", "ACME"));
    assertThat(refusal.reason()).isEqualTo(Reason.TASK_FIELD_NOT_ALLOWED);
    assertThat(refusal.message())
        .contains("'ACME'", "header x-tidegate-tenant-id", "spec.identity: acme");
  }

  @Test
  void longValuesControlCharactersAndRepeatedHeadersAreRefused() {
    assertThat(refused(profile(), headers("x-tidegate-user-id", "a".repeat(257))).message())
        .contains("257 characters", "user_id");
    assertThat(
            read(profile(), headers("x-tidegate-user-id", "a".repeat(256)), Map.of()).task().user())
        .hasSize(256);
    assertThat(
            refused(profile(), headers("x-tidegate-task", "{\"user_id\":\"a\\u0000b\"}")).message())
        .contains("control character");
    Refusal twice =
        refused(profile(), headers("x-tidegate-user-id", "a", "X-TideGate-User-Id", "b"));
    assertThat(twice.reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    assertThat(twice.rule()).isEqualTo("x-tidegate-user-id");
    assertThat(
            refused(profile(), headers("x-tidegate-task", "{}", "x-tidegate-task", "{}")).message())
        .contains("more than once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | no JSON object",
        "[] | must be a JSON object",
        "{'tenant_id':'a'} x | no JSON object",
        "{'tenant_id':'a'} {} | something behind",
        "{'tenant_id':'a','tenant_id':'b'} | each once",
        "{'tenant':'a'} | unknown field 'tenant'; it takes tenant_id, user_id",
        "{'tenant_id':['a']} | a list or an object at 'tenant_id'",
      })
  void aMalformedTaskHeaderIsRefusedByNameAndField(String json, String why) {
    Refusal refusal = refused(profile(), headers("x-tidegate-task", json.replace('\'', '"')));
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    assertThat(refusal.rule()).isEqualTo("x-tidegate-task");
    assertThat(refusal.message()).startsWith("The header x-tidegate-task").contains(why);
  }

  @Test
  void theTaskHeaderTakesFlagsAndNulls() {
    Reading.Read read =
        read(
            profile(),
            headers("x-tidegate-task", "{\"retrieval_required\":true,\"user_id\":null}"),
            Map.of());
    assertThat(read.task().get(TaskField.RETRIEVAL_REQUIRED)).isEqualTo("true");
    assertThat(read.task().user()).isNull();
  }
}
