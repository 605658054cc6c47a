package io.tidegate.e2e.node;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An application in a pod: the official SDK, set up by the environment alone, asks again and again
 * and prints {@code answered MODEL: TEXT} or {@code failed WHY}, a line a call.
 */
public final class Assistant {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Assistant() {}

  public static void main(String[] arguments) {
    while (!Thread.currentThread().isInterrupted()) {
      System.out.println(ask().replace('\n', ' '));
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static String ask() {
    OpenAIClient client = null;
    try {
      client = OpenAIOkHttpClient.fromEnv();
      ChatCompletion answer =
          client
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model("small")
                      .addUserMessage("echo hello")
                      .build());
      return "answered " + answer.model() + ": " + answer.choices().get(0).message().content();
    } catch (RuntimeException e) {
      return "failed " + e;
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }
}
