package io.tidegate.sidecar.dialect;

import static io.tidegate.sidecar.dialect.Requests.anthropic;
import static io.tidegate.sidecar.dialect.Requests.anthropicWith;
import static io.tidegate.sidecar.dialect.Requests.openAi;
import static io.tidegate.sidecar.dialect.Requests.openAiWith;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputBoundTest {
  private static String message(String content) {
    return ("{'model':'m','messages':[{'role':'user','content':" + content + "}]}")
        .replace('\'', '"');
  }

  @Test
  void theBoundIsTheBytesAndTheDocumentedOverheads() {
    String plain = message("'hi'");
    assertThat(openAi(plain).inputBoundTokens())
        .isEqualTo(plain.length() + InputBound.PRIMING + InputBound.PER_MESSAGE);
    String blocks = message("[{'type':'text','text':'a'},{'type':'text','text':'b'}]");
    assertThat(openAi(blocks).inputBoundTokens())
        .isEqualTo(
            blocks.length()
                + InputBound.PRIMING
                + InputBound.PER_MESSAGE
                + 2 * InputBound.PER_BLOCK);
  }

  @Test
  void anUmlautCountsItsBytesNotItsCharacters() {
    assertThat(
            openAi(message("'\u20ac'")).inputBoundTokens()
                - openAi(message("''")).inputBoundTokens())
        .isEqualTo(3);
  }

  @Test
  void toolsCountThePromptThatTheProviderAddsAndTheirLayout() {
    long without = openAiWith("\"x\":1").inputBoundTokens();
    String tools =
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]";
    ChatRequest with = openAiWith(tools);
    assertThat(with.unbounded()).isNull();
    assertThat(with.inputBoundTokens() - without)
        .isGreaterThan(tools.length() - 5 + InputBound.TOOL_PROMPT + InputBound.PER_TOOL);
    assertThat(
            anthropicWith("\"tools\":[{\"type\":\"bash_20250124\",\"name\":\"bash\"}]")
                .inputBoundTokens())
        .isGreaterThan(InputBound.BUILT_IN_TOOL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'type':'image_url','image_url':{'url':'https://x/y.png'}}] | .image_url",
        "[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA=='}}] | .image_url",
        "[{'image_url':'https://x/y.png'}] | .image_url",
        "[{'type':'text','text':'a','image_url':'https://x/y.png'}] | .image_url",
        "[{'type':'text','type':'image_url','text':''}] | .image_url",
        "[{'t\\u0079pe':'image_url'}] | .image_url",
        "[{'type':'text','Type':'image_url'}] | .image_url",
        "[{'type':'text','text':'a','Image_URL':{'url':'https://x/y.png'}}] | .Image_URL",
        "[{'type':'text','Content':[{'type':'image_url'}]}] | .Content[0].image_url",
        "[{'type':'input_audio','input_audio':{}}] | .input_audio",
        "[{'type':'file','file':{'file_id':'f'}}] | .file",
        "[{'type':'new_kind'}] | .new_kind",
        "[{'text':'a'}] | (without a type)",
        "{'type':'image_url'} | messages[0].content.image_url",
      })
  void mediaAndUnknownKindsInOpenAisContentHaveNoBound(String content, String path) {
    assertThat(openAi(message(content)).unbounded()).startsWith("messages[0]").endsWith(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'type':'image','source':{'type':'base64','data':'AA=='}}]"
            + " | messages[0].content[0].image",
        "[{'type':'tool_result','content':[{'type':'image','source':{'type':'url'}}]}]"
            + " | messages[0].content[0].content[0].image",
        "[{'type':'document','source':{'type':'file','file_id':'f'}}]"
            + " | messages[0].content[0].source.file",
        "[{'type':'document','source':{'type':'base64','data':'AA=='}}]"
            + " | messages[0].content[0].source.base64",
        "[{'type':'document','source':{'type':'url','url':'u'}}]"
            + " | messages[0].content[0].source.url",
        "[{'type':'document','source':{'type':'content','content':[{'type':'image'}]}}]"
            + " | messages[0].content[0].source.content[0].image",
        "[{'type':'document','source':{'type':'text'},'citations':{'enabled':true}}]"
            + " | messages[0].content[0].citations",
        "[{'type':'web_search_tool_result'}] | messages[0].content[0].web_search_tool_result",
      })
  void mediaAndFilesInAnthropicsContentHaveNoBound(String content, String path) {
    assertThat(anthropic(message(content)).unbounded()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'text'",
        "[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]",
        "[{'type':'thinking','thinking':'t','signature':'s'},{'type':'tool_use','input':{}}]",
        "[{'type':'tool_result','content':'plain'},{'type':'tool_result'}]",
        "[{'type':'tool_result','content':[{'type':'text','text':'a'}],'is_error':false}]",
        "[{'type':'document','source':{'type':'text','data':'a'},'citations':{'enabled':false}}]",
        "[{'type':'search_result','source':'u','content':[{'type':'text','text':'a'}]}]",
        "[{'type':'text','text':'a','citations':[{'type':'char_location'}]}]",
      })
  void textAndToolsInAnthropicsContentAreBounded(String content) {
    assertThat(anthropic(message(content)).unbounded()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"previous_response_id\":\"r\"",
        "\"container\":{\"id\":\"c\"}",
        "\"web_search_options\":{\"user_location\":null}",
        "\"prediction\":{\"type\":\"content\"}",
        "\"audio\":{\"voice\":\"x\"}",
        "\"modalities\":[\"text\",\"audio\"]",
        "\"service_tier\":\"priority\"",
        "\"service_tier\":\"fast\"",
        "\"Service_Tier\":\"priority\"",
        "\"web_\u017fearch_options\":{\"x\":1}",
        "\"tools\":[{\"type\":\"function\",\"Type\":\"web_search\"}]",
        "\"Tools\":[{\"type\":\"web_search\"}]",
        "\"service_tier\":[\"priority\"]",
        "\"chat_template\":\"{{x}}\"",
        "\"models\":[\"dearer\"]",
        "\"plugins\":[{\"id\":\"web\"}]",
        "\"tools\":[{\"type\":\"web_search\"}]",
        "\"tools\":[{\"type\":\"web\\u005fsearch\"}]",
        "\"tools\":[{\"type\":\"function\",\"type\":\"web_search\"}]",
      })
  void whatIsPricedApartInOpenAisDialectHasNoBound(String field) {
    String name = field.substring(1, field.indexOf('"', 1));
    assertThat(openAiWith(field).unbounded()).startsWith(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"mcp_servers\":[{\"type\":\"url\"}]",
        "\"container\":\"c\"",
        "\"speed\":\"fast\"",
        "\"inference_geo\":\"us\"",
        "\"service_tier\":\"priority\"",
        "\"context_management\":{\"edits\":[{\"type\":\"compact_20260112\"}]}",
        "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
        "\"tools\":[{\"type\":\"code_execution_20250825\"}]",
        "\"tools\":[{\"type\":\"mcp_toolset\"}]",
        "\"system\":[{\"type\":\"image\"}]",
      })
  void whatIsPricedApartInAnthropicsDialectHasNoBound(String field) {
    String name = field.substring(1, field.indexOf('"', 1));
    assertThat(anthropicWith(field).unbounded()).startsWith(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"service_tier\":\"auto\"",
        "\"service_tier\":null",
        "\"mcp_servers\":[ ]",
        "\"plugins\":{ }",
        "\"audio\":null",
        "\"modalities\":[\"text\"]",
        "\"speed\":\"standard\"",
        "\"inference_geo\":\"global\"",
        "\"context_management\":{\"edits\":[{\"type\":\"clear_tool_uses_20250919\"}]}",
        "\"tools\":[]",
        "\"tools\":null",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}",
      })
  void ordinaryFieldsAreBounded(String field) {
    assertThat(openAiWith(field).unbounded()).isNull();
    assertThat(anthropicWith(field).unbounded()).isNull();
  }

  @Test
  void aHostileNameOfAKindDoesNotFillTheMessage() {
    String kind = "x".repeat(10_000);
    assertThat(openAi(message("[{'type':'" + kind + "'}]")).unbounded()).hasSizeLessThan(130);
  }
}
