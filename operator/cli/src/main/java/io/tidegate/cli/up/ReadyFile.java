package io.tidegate.cli.up;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.cli.local.LocalPod;
import io.tidegate.cli.local.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Tells another program, in one file that appears at once, that all is up and where. */
final class ReadyFile {
  private final ObjectMapper mapper = new ObjectMapper();
  private final ObjectNode content = mapper.createObjectNode();

  ReadyFile api(String url, Path kubeconfig) {
    content.putObject("api").put("url", url).put("kubeconfig", kubeconfig.toString());
    return this;
  }

  ReadyFile operator(String tlsUrl, String adminUrl) {
    content.putObject("operator").put("url", tlsUrl).put("adminUrl", adminUrl);
    return this;
  }

  ReadyFile workloads(List<LocalPod> pods) {
    ArrayNode workloads = content.putArray("workloads");
    for (LocalPod pod : pods) {
      ObjectNode one = workloads.addObject();
      one.put("namespace", pod.namespace()).put("name", pod.workload()).put("pod", pod.name());
      pod.environment().forEach(one.putObject("env")::put);
      one.put("openaiBaseUrl", pod.openaiBaseUrl());
      one.put("anthropicBaseUrl", pod.anthropicBaseUrl());
      one.put("adminUrl", pod.adminUrl());
      one.put("eventsFile", pod.events().toString());
    }
    return this;
  }

  void write(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path fresh = target.resolveSibling("." + target.getFileName() + ".new");
    RunDirectory.writePrivate(fresh, content.toPrettyString() + "\n");
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
