package io.tidegate.sidecar.fetch;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.sidecar.policy.ProviderKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Provider keys: in memory, and in one file of mode 0600 on a volume in memory that only the
 * sidecar mounts, so that a restarted container has them without the operator. Replaced as a whole.
 * Nothing here puts a value into text. Reading is safe on every thread; files block.
 */
public final class CredentialStore implements ProviderKeys {
  static final String FILE_NAME = "credentials.json";
  private static final long MAX_BYTES = 4 << 20;

  private final AtomicFile file;
  private final ObjectMapper json = new ObjectMapper();
  private volatile Map<String, String> values = Map.of();
  private volatile String withdrawn;
  private volatile boolean delivered;

  public CredentialStore(Path credentialsDir) {
    this.file = new AtomicFile(credentialsDir.resolve(FILE_NAME));
  }

  @Override
  public String credential(String name) {
    return values.get(name);
  }

  public SortedSet<String> names() {
    return new TreeSet<>(values.keySet());
  }

  /**
   * Takes over what an earlier process of this pod left; nothing if there is no file.
   *
   * @throws IOException if the file is damaged; the message has nothing of its content
   */
  void load() throws IOException {
    byte[] content = file.read(MAX_BYTES);
    if (content == null) {
      return;
    }
    try {
      values = Map.copyOf(json.readValue(content, new TypeReference<Map<String, String>>() {}));
      delivered = true;
    } catch (IOException | NullPointerException e) {
      throw new IOException(
          file.path() + " is damaged and ignored (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** In force at once for the next attempt; {@link #save} makes it last. */
  void replace(Map<String, String> all) {
    withdrawn = null;
    values = Map.copyOf(all);
    delivered = true;
  }

  /**
   * The operator gives this pod none any more; {@link #delete} makes it last.
   *
   * @param why its sentence
   */
  void withdraw(String why) {
    withdrawn = why;
    values = Map.of();
  }

  @Override
  public boolean delivered() {
    return delivered;
  }

  @Override
  public String withdrawn() {
    return withdrawn;
  }

  void delete() throws IOException {
    file.delete();
  }

  /** Writes what is in force. */
  void save() throws IOException {
    file.write(ByteBuffer.wrap(json.writeValueAsBytes(values)));
  }

  @Override
  public String toString() {
    return "CredentialStore" + names();
  }
}
