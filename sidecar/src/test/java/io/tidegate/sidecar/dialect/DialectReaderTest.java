package io.tidegate.sidecar.dialect;

import static io.tidegate.sidecar.dialect.Requests.openAi;
import static io.tidegate.sidecar.dialect.Requests.read;
import static io.tidegate.sidecar.dialect.Requests.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.call.Operation;
import io.tidegate.sidecar.call.Reason;
import io.tidegate.sidecar.call.Refusal;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.TaskField;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectReaderTest {
  @Test
  void theTypedCoreIsReadAndEveryFieldIsLocated() {
    String body =
        " { \"x\" : [1, {\"model\":\"no\"}] , \"model\":\"gpt\\u002d5\", \"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"n\":3,"
            + "\"max_tokens\":100,\"max_completion_tokens\":9e1,"
            + "\"stream_options\":{\"include_usage\":true}} \n";
    ChatRequest request = openAi(body);
    assertThat(request.model()).isEqualTo("gpt-5");
    assertThat(request.stream()).isTrue();
    assertThat(request.usageAsked()).isTrue();
    assertThat(request.outputCap()).isEqualTo(90);
    assertThat(request.answers()).isEqualTo(3);
    assertThat(request.unbounded()).isNull();
    ChatRequest.Span x = request.fields().get("x");
    assertThat(body.substring(x.nameStart(), x.valueEnd()))
        .isEqualTo("\"x\" : [1, {\"model\":\"no\"}]");
    assertThat(body.substring(x.valueStart(), x.valueEnd())).isEqualTo("[1, {\"model\":\"no\"}]");
    assertThat(request.fields().keySet())
        .containsExactly(
            "x",
            "model",
            "stream",
            "messages",
            "n",
            "max_tokens",
            "max_completion_tokens",
            "stream_options");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model':'a','messages':[],'model':'b'} | model | stands twice",
        "{'model':'a','messages':[],'mod\\u0065l':'b'} | model | stands twice",
        "{'model':'a','messages':[],'x':1,'x':2} | x | stands twice",
        "{'model':'a','messages':[],'MAX_TOKENS':9} | MAX_TOKENS | must be written 'max_tokens'",
        "{'model':1,'messages':[]} | model | must be a string",
        "{'messages':[]} | model | is missing",
        "{'model':'a'} | messages | is missing",
        "{'model':'a','messages':{}} | messages | must be a list",
        "{'model':'a','messages':[],'stream':'true'} | stream | must be true or false",
        "{'model':'a','messages':[],'stream':1} | stream | must be true or false",
        "{'model':'a','messages':[],'max_tokens':'9'} | max_tokens | must be a whole number",
        "{'model':'a','messages':[],'max_tokens':1.5} | max_tokens | must be a whole number",
        "{'model':'a','messages':[],'max_tokens':-1} | max_tokens | at least 0",
        "{'model':'a','messages':[],'max_tokens':1e999999999} | max_tokens | must be a whole"
            + " number",
        "{'model':'a','messages':[],'max_tokens':1e99999999999} | max_tokens | a whole number",
        "{'model':'a','messages':[],'max_completion_tokens':[]} | max_completion_tokens | whole",
        "{'model':'a','messages':[],'n':0} | n | at least 1",
        "{'model':'a','messages':[],'n':100000} | n | at most 1024",
        "{'model':'a','messages':[],'best_of':true} | best_of | whole number",
        "{'model':'a','messages':[],'stream_options':[]} | stream_options | an object",
        "{'model':'a','messages':[],'stream_options':{'include_usage':false,'include_usage':true}}"
            + " | stream_options.include_usage | stands twice",
        "{'model':'a','messages':[],'metadata':{'tenant_id':'a','tenant_id':'b'}}"
            + " | metadata.tenant_id | stands twice",
        "{'model':'a','messages':[],'metadata':{'tenant_id':'a','tenant_id':null}}"
            + " | metadata.tenant_id | stands twice",
        "{'model':'a','messages':[],'metadata':{'tenant_id':{},'tenant_id':'a'}}"
            + " | metadata.tenant_id | stands twice",
        "{'model':'a','messages':[],'stream_options':{'Include_Usage':true}}"
            + " | stream_options.Include_Usage | must be written 'include_usage'",
        "{'model':'a','messages':[],'metadata':{'tenant_id':'a'},'Metadata':{'tenant_id':'b'}}"
            + " | Metadata | must be written 'metadata'",
        "{'model':'a','messages':[],'USER':'b'} | USER | must be written 'user'",
        "{'model':'a','messages':[],'Safety_Identifier':'b'} | Safety_Identifier"
            + " | must be written 'safety_identifier'",
        "{'model':'a','messages':[],'metadata':{'tenant_id':'a','Tenant_ID':'b'}}"
            + " | metadata.Tenant_ID | must be written 'tenant_id'",
        "{'model':'a','messages':[],'metadata':{'u\u017fer_id':'b'}}"
            + " | metadata.u\u017fer_id | must be written 'user_id'",
        "{'model':'a','messages':[],'max_token\u017f':9} | max_token\u017f | must be written",
        "{'model':'a','messages':[],'max_to\u212aens':9} | max_to\u212aens | must be written",
      })
  void whatTwoParsersCouldReadInTwoWaysIsRefusedByField(String body, String field, String why) {
    Refusal refusal = refused(read(Operation.CHAT_COMPLETIONS, body.replace('\'', '"')));
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    assertThat(refusal.rule()).isEqualTo(field);
    assertThat(refusal.message().replace('"', '\'')).contains(field).contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{}x",
        "{\"model\":\"a\",\"messages\":[]} {}",
        "{\"model\":\"a\",\"messages\":[],}",
        "{\"model\":\"a\" \"messages\":[]}",
        "{\"model\":\"a\",\"messages\":[1,]}",
        "{\"model\":\"a\",\"messages\":[1 2]}",
        "{\"model\":\"a\",\"messages\":[}",
        "{\"model\":\"a\",\"messages\":[],\"x\":01}",
        "{\"model\":\"a\",\"messages\":[],\"x\":+1}",
        "{\"model\":\"a\",\"messages\":[],\"x\":1.}",
        "{\"model\":\"a\",\"messages\":[],\"x\":.5}",
        "{\"model\":\"a\",\"messages\":[],\"x\":1e}",
        "{\"model\":\"a\",\"messages\":[],\"x\":NaN}",
        "{\"model\":\"a\",\"messages\":[],\"x\":tru}",
        "{\"model\":\"a\",\"messages\":[],\"x\":\"\\x\"}",
        "{\"model\":\"a\",\"messages\":[],\"x\":\"\\u12g4\"}",
        "{\"model\":\"a\",\"messages\":[],\"x\":\"a\nb\"}",
        "{\"model\":\"a\",\"messages\":[],\"x\":\"a",
        "{\"model\":\"a\",\"messages\":[],'x':1}",
        "{\"model\":\"a\",\"messages\":[],x:1}",
        "{\"model\":\"a\",\"messages\":[] /* c */}",
      })
  void whatIsNotStrictJsonIsRefused(String body) {
    Refusal refusal = refused(read(Operation.CHAT_COMPLETIONS, body));
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_REQUEST);
    assertThat(refusal.message()).startsWith("The request body is no JSON object: ");
  }

  @Test
  void aRepeatedNameThatNothingHereReadsPassesAsItCame() {
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"role\":\"user\",\"content\":\"hi\"}],"
            + "\"logit_bias\":{\"1\":1,\"1\":2}}";
    assertThat(openAi(body).body()).isEqualTo(Buffer.buffer(body));
  }

  @Test
  void aByteOrderMarkAndBrokenUtf8AreRefused() {
    String body = "{\"model\":\"a\",\"messages\":[]}";
    assertThat(refused(read(Operation.MESSAGES, "\ufeff" + body)).message())
        .contains("byte order mark");
    for (byte[] broken :
        new byte[][] {
          {(byte) 0xff},
          {(byte) 0xc0, (byte) 0x80},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          {(byte) 0xe2, (byte) 0x82},
          {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80}
        }) {
      Buffer bytes = Buffer.buffer("{\"model\":\"a\",\"messages\":[],\"x\":\"");
      bytes.appendBytes(broken).appendString("\"}");
      assertThat(refused(DialectReader.read(Operation.MESSAGES, bytes, Requests.LIMITS)).message())
          .contains("no UTF-8");
    }
  }

  @Test
  void depthAndSizeAreBoundedByTheProfile() {
    String nested = "[".repeat(63) + "]".repeat(63);
    String fits = "{\"model\":\"a\",\"messages\":[],\"x\":" + nested + "}";
    String deep = "{\"model\":\"a\",\"messages\":[],\"x\":[" + nested + "]}";
    openAi(fits);
    assertThat(refused(read(Operation.CHAT_COMPLETIONS, deep)).message())
        .contains("more than 64 levels");
    Refusal large =
        refused(
            DialectReader.read(
                Operation.CHAT_COMPLETIONS,
                Buffer.buffer(fits),
                new Profile.RequestLimits(fits.length() - 1, 64)));
    assertThat(large.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(large.message()).contains("spec.requestLimits.maxBodyBytes");
  }

  @Test
  void nestingThatTheProfileAllowsDoesNotOverflowTheStack() {
    String content = "{\"type\":\"text\",\"content\":[".repeat(200) + "]}".repeat(200);
    String body = "{\"model\":\"a\",\"messages\":[{\"content\":" + content + "}]}";
    DialectReader.read(
        Operation.MESSAGES, Buffer.buffer(body), new Profile.RequestLimits(1 << 20, 100_000));
  }

  @Test
  void nullIsAsGoodAsAbsentForOptionalFields() {
    ChatRequest request =
        Requests.openAiWith(
            "\"stream\":null,\"max_tokens\":null,\"n\":null,\"stream_options\":null");
    assertThat(request.stream()).isFalse();
    assertThat(request.outputCap()).isEqualTo(-1);
    assertThat(request.answers()).isEqualTo(1);
  }

  @Test
  void theContractIsFoundInOpenAisMetadata() {
    ChatRequest request =
        Requests.openAiWith(
            "\"metadata\":{\"tenant_id\":\"t\",\"workflow\":\"w\",\"other\":\"x\",\"Other\":1,"
                + "\"retrieval_required\":true,\"sensitivity\":null,\"trace_id\":{}},"
                + "\"safety_identifier\":\"s\",\"user\":\"u\"");
    assertThat(request.metadata())
        .containsOnly(
            java.util.Map.entry(TaskField.TENANT_ID, "t"),
            java.util.Map.entry(TaskField.WORKFLOW, "w"),
            java.util.Map.entry(TaskField.RETRIEVAL_REQUIRED, "true"),
            java.util.Map.entry(TaskField.USER_ID, "u"));
    assertThat(Requests.openAiWith("\"user\":\"u\",\"metadata\":{\"user_id\":\"m\"}").metadata())
        .containsEntry(TaskField.USER_ID, "m");
  }

  @Test
  void ofAnthropicsMetadataOnlyTheUserIsRead() {
    assertThat(
            Requests.anthropicWith(
                    "\"metadata\":{\"user_id\":\"u\",\"tenant_id\":\"t\",\"Tenant_ID\":\"T\"}")
                .metadata())
        .containsOnly(java.util.Map.entry(TaskField.USER_ID, "u"));
  }
}
