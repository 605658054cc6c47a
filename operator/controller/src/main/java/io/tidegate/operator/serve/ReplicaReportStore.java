package io.tidegate.operator.serve;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each replica's report in a ConfigMap of its own, {@code tidegate-acks-<replica>}, as gzipped
 * JSON: some thirty bytes a sidecar. Nobody but its replica writes it, so there is no conflict.
 */
public final class ReplicaReportStore {
  /** Selects the ConfigMaps of all replicas. */
  public static final String LABEL = "tidegate.io/acknowledgements";

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaReportStore.class);
  private static final String NAME_PREFIX = "tidegate-acks-";
  private static final String KEY = "report.json.gz";

  /** A ConfigMap holds at most 1 MiB; more than this inflated is not ours. */
  private static final int MOST_INFLATED = 64 * 1024 * 1024;

  /** While the operator is upgraded a replica reads what a newer one wrote. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final KubernetesClient client;
  private final String namespace;

  public ReplicaReportStore(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Blocks; fails as the client does. */
  public void write(ReplicaReport report) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(NAME_PREFIX + report.replica())
            .addToLabels(LABEL, "true")
            .endMetadata()
            .withBinaryData(Map.of(KEY, Base64.getEncoder().encodeToString(packed(report))))
            .build();
    client.configMaps().inNamespace(namespace).resource(map).createOr(NonDeletingOperation::update);
  }

  /** Drops what a replica has left, unless it wrote again since. Blocks. */
  public void delete(ConfigMap seen) {
    client.resource(seen).lockResourceVersion().delete();
  }

  /** Empty if the ConfigMap is not one of ours, or not readable. */
  public static Optional<ReplicaReport> read(ConfigMap map) {
    String packed = map.getBinaryData() == null ? null : map.getBinaryData().get(KEY);
    if (packed == null) {
      return Optional.empty();
    }
    try (var in =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
      return Optional.of(JSON.readValue(in.readNBytes(MOST_INFLATED), ReplicaReport.class));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn(
          "ConfigMap {}/{} holds no report of this version and is left out: {}",
          map.getMetadata().getNamespace(),
          map.getMetadata().getName(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private static byte[] packed(ReplicaReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(JSON.writeValueAsBytes(report));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }
}
