package io.tidegate.sidecar.dialect;

import static io.tidegate.sidecar.dialect.Requests.anthropic;
import static io.tidegate.sidecar.dialect.Requests.openAi;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.Prompt;
import io.tidegate.sidecar.config.Prompt.Role;
import io.tidegate.sidecar.config.Provider.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestEditsTest {
  private static final List<Prompt.Message> PROMPT =
      List.of(
          new Prompt.Message(Role.system, "Be \"kind\"."),
          new Prompt.Message(Role.user, "Hi\n"),
          new Prompt.Message(Role.system, "Be brief."));

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void withoutAnEditTheSameBufferIsReturned() {
    ChatRequest request =
        openAi(
            json(
                "{'model':'m','messages':[],'max_tokens':5,'stream':true,"
                    + "'stream_options':{'include_usage':true}}"));
    assertThat(
            new RequestEdits()
                .model("m")
                .capOutput(5, Type.OpenAI)
                .askUsage()
                .prepend(List.of())
                .apply(request))
        .isSameAs(request.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // A caller's field is lowered where it stands, never raised.
        "OpenAI | 'max_tokens':100 | 'max_tokens':50",
        "OpenAI | 'max_tokens':10 | 'max_tokens':10",
        "OpenAI | 'max_tokens':1e1 | 'max_tokens':1e1",
        "OpenAI | 'max_completion_tokens': 9.9e1 | 'max_completion_tokens': 50",
        "OpenAI | 'max_tokens':60,'max_completion_tokens':70 |"
            + " 'max_tokens':50,'max_completion_tokens':50",
        "OpenAI | 'max_tokens':40,'max_completion_tokens':70 |"
            + " 'max_tokens':40,'max_completion_tokens':50",
        "OpenAI | 'max_tokens':null,'max_completion_tokens':70 |"
            + " 'max_tokens':null,'max_completion_tokens':50",
        // Where none stands, each kind of provider gets its own.
        "OpenAI | 'x':1 | 'x':1,'max_completion_tokens':50",
        "OpenAI | 'max_completion_tokens':null | 'max_completion_tokens':50",
        "OpenAI | 'max_tokens':null | 'max_tokens':null,'max_completion_tokens':50",
        "OpenAICompatible | 'x':1 | 'x':1,'max_tokens':50",
        "OpenAICompatible | 'max_tokens':null | 'max_tokens':50",
        "OpenAICompatible | 'max_completion_tokens':70 |"
            + " 'max_completion_tokens':50,'max_tokens':50",
        "OpenAICompatible | 'max_completion_tokens':7 |"
            + " 'max_completion_tokens':7,'max_tokens':7",
      })
  void theCapIsWrittenWhereTheProviderObeysIt(Type type, String before, String after) {
    String frame = "{'model':'m','messages':[],%s}";
    assertThat(
            new RequestEdits()
                .capOutput(50, type)
                .apply(openAi(json(frame.formatted(before))))
                .toString())
        .isEqualTo(json(frame.formatted(after)));
  }

  @Test
  void anthropicsCapIsMaxTokensAlone() {
    String body = json("{'model':'m','max_completion_tokens':9,'messages':[]}");
    assertThat(new RequestEdits().capOutput(50, Type.Anthropic).apply(anthropic(body)).toString())
        .isEqualTo(json("{'model':'m','max_completion_tokens':9,'messages':[],'max_tokens':50}"));
  }

  @Test
  void ofTwoCapsTheStricterHolds() {
    String body = json("{'model':'m','messages':[]}");
    assertThat(
            new RequestEdits()
                .capOutput(50, Type.Anthropic)
                .capOutput(70, Type.Anthropic)
                .apply(anthropic(body))
                .toString())
        .contains("\"max_tokens\":50");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'stream':true | 'stream':true,'stream_options':{'include_usage':true}",
        "'stream':true,'stream_options':null |"
            + " 'stream':true,'stream_options':{'include_usage':true}",
        "'stream':true,'stream_options':{ } | 'stream':true,'stream_options':{'include_usage':true"
            + " }",
        "'stream':true,'stream_options':{ 'a':{'include_usage':1} } |"
            + " 'stream':true,'stream_options':{'include_usage':true, 'a':{'include_usage':1} }",
        "'stream':true,'stream_options':{'a':1,'include_usage' : false} |"
            + " 'stream':true,'stream_options':{'a':1,'include_usage' : true}",
        "'stream':false | 'stream':false",
        "'x':1 | 'x':1",
      })
  void usageIsAskedForInStreamsOnly(String before, String after) {
    String frame = "{'model':'m','messages':[],%s}";
    assertThat(
            new RequestEdits().askUsage().apply(openAi(json(frame.formatted(before)))).toString())
        .isEqualTo(json(frame.formatted(after)));
  }

  @Test
  void anthropicIsNotAskedForUsage() {
    ChatRequest request = anthropic(json("{'model':'m','messages':[],'stream':true}"));
    assertThat(new RequestEdits().askUsage().apply(request)).isSameAs(request.body());
  }

  @Test
  void aPromptGoesInFrontOfOpenAisMessages() {
    String prompt =
        json("{'role':'system','content':'Be \\\\'kind\\\\'.'},").replace("\\\\", "\\")
            + "{\"role\":\"user\",\"content\":\"Hi\\n\"},"
            + "{\"role\":\"system\",\"content\":\"Be brief.\"}";
    assertThat(
            new RequestEdits()
                .prepend(PROMPT)
                .apply(openAi(json("{'messages':[ {'role':'user'}],'model':'m'}")))
                .toString())
        .isEqualTo("{\"messages\":[" + prompt + json(", {'role':'user'}],'model':'m'}"));
    assertThat(
            new RequestEdits()
                .prepend(PROMPT)
                .apply(openAi(json("{'messages':[ ],'model':'m'}")))
                .toString())
        .isEqualTo("{\"messages\":[" + prompt + json(" ],'model':'m'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'system':'Old.' | 'system':'S~n~nOld.'",
        "'system':'' | 'system':'S'",
        "'system':[{'type':'text','text':'Old.'}] |"
            + " 'system':[{'type':'text','text':'S'},{'type':'text','text':'Old.'}]",
        "'system':[] | 'system':[{'type':'text','text':'S'}]",
        "'system':null | 'system':'S'",
        "'x':1 | 'x':1,'system':'S'",
      })
  void aPromptsSystemTextGoesInFrontOfAnthropicsSystem(String before, String after) {
    String frame = "{'model':'m','messages':[],%s}";
    assertThat(
            new RequestEdits()
                .prepend(List.of(new Prompt.Message(Role.system, "S")))
                .apply(anthropic(json(frame.formatted(before))))
                .toString())
        .isEqualTo(json(frame.formatted(after)).replace("~n", "\\n"));
  }

  @Test
  void aPromptsOtherMessagesGoInFrontOfAnthropicsMessages() {
    assertThat(
            new RequestEdits()
                .prepend(PROMPT)
                .apply(anthropic(json("{'model':'m','messages':[{'role':'user'}]}")))
                .toString())
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\\n\"},"
                + "{\"role\":\"user\"}],"
                + "\"system\":\"Be \\\"kind\\\".\\n\\nBe brief.\"}");
  }

  @Test
  void allEditsAtOnceLeaveTheRestAsItCame() {
    String body =
        " {'seed' : 1.0E+2,\t'model':'m' ,'a\\u0062':'\\/',  'temperature':1 ,'messages':[],"
            + "'stream':true,'z':[1,2 , -0]} ";
    assertThat(
            new RequestEdits()
                .model("gpt\"5")
                .capOutput(9, Type.OpenAI)
                .askUsage()
                .temperature("0.20")
                .prepend(List.of(new Prompt.Message(Role.user, "\u20ac\u0007\ud83d\ude00")))
                .apply(openAi(json(body)))
                .toString())
        .isEqualTo(
            json(" {'seed' : 1.0E+2,\t'model':'gpt~'5' ,'a\\u0062':'\\/',  'temperature':0.20 ,"
                    + "'messages':[{'role':'user','content':'\u20ac\\u0007\ud83d\ude00'}],"
                    + "'stream':true,'z':[1,2 , -0],'max_completion_tokens':9,"
                    + "'stream_options':{'include_usage':true}} ")
                .replace('~', '\\'));
  }

  @Test
  void theBoundGrowsWithWhatIsAdded() {
    ChatRequest request = openAi(json("{'model':'m','messages':[]}"));
    RequestEdits edits = new RequestEdits().prepend(PROMPT);
    var edited = edits.apply(request);
    long bound = edits.inputBoundTokens(request, edited);
    assertThat(bound).isGreaterThanOrEqualTo(openAi(edited.toString()).inputBoundTokens());
  }
}
