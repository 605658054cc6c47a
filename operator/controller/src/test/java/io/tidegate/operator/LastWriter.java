package io.tidegate.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Writes an object although the operator writes its status at the same time. */
final class LastWriter {
  private LastWriter() {}

  /**
   * @param write reads the newest object and writes on top of it
   */
  static <T> T win(Supplier<T> write) {
    AtomicReference<T> written = new AtomicReference<>();
    Eventually.until(
        "a write that no other came before",
        () -> {
          try {
            written.set(write.get());
            return true;
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
              throw e;
            }
            return false;
          }
        });
    return written.get();
  }
}
