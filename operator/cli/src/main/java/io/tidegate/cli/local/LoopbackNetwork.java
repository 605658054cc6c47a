package io.tidegate.cli.local;

import io.tidegate.cli.CliFailure;
import io.tidegate.cli.embedded.ServiceAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The addresses of one run: a block 127.77.N.0/24 of which every pod and Service gets one, so that
 * each listens on the port that it has in a cluster, and a hosts file with the Services' names.
 * Thread-safe.
 */
public final class LoopbackNetwork implements ServiceAddresses {
  private static final int BLOCKS = 64;
  private static final int LAST = 254;
  private static final String UNUSED = "127.77.255.254";
  private static final String NO_ADDRESSES =
      "this machine has no loopback address but 127.0.0.1\n    next: on macOS, give lo0 the"
          + " addresses with `sudo ifconfig lo0 alias 127.77.0.1` and so on";

  /** Held on a block's first address by the process whose block it is. */
  private static final int CLAIM_PORT = 4102;

  private final String block;
  private final Path hosts;

  /** Open for as long as this object lives: the operator's ports are free while it is away. */
  @SuppressWarnings("unused")
  private final ServerSocket claim;

  private final Map<String, String> services = new LinkedHashMap<>();
  private int next = 2;

  private LoopbackNetwork(String block, Path hosts, ServerSocket claim) {
    this.block = block;
    this.hosts = hosts;
    this.claim = claim;
  }

  /**
   * Takes the first block that no process has claimed and on whose first address these ports are
   * free.
   *
   * @param hosts the hosts file to write
   * @throws CliFailure when no block is free, or this machine has only 127.0.0.1
   */
  public static LoopbackNetwork claim(Path hosts, int... ports) {
    IOException last = null;
    for (int n = 0; n < BLOCKS; n++) {
      String block = "127.77." + n + ".";
      try {
        return new LoopbackNetwork(block, hosts, claim(block + 1, ports));
      } catch (IOException e) {
        last = e;
      }
    }
    throw CliFailure.failed(
        "ports %s, or %d by which a run claims its addresses, are taken on every address from 127.77.0.1 to 127.77.%d.1%n    next: end other runs of `tidegate up`, and what listens on one of these ports on all addresses"
            .formatted(Arrays.toString(ports), CLAIM_PORT, BLOCKS - 1),
        last);
  }

  private static ServerSocket claim(String address, int... ports) throws IOException {
    ServerSocket claim = bound(address, CLAIM_PORT);
    try {
      for (int port : ports) {
        bound(address, port).close();
      }
      return claim;
    } catch (IOException e) {
      claim.close();
      throw e;
    }
  }

  private static ServerSocket bound(String address, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * This port, or any free one if a program of this machine listens on it on every address.
   *
   * @throws CliFailure when this machine has no loopback addresses but 127.0.0.1
   */
  public static int freePort(int preferred) {
    try {
      return bindable(preferred);
    } catch (IOException e) {
      try {
        return bindable(0);
      } catch (IOException none) {
        throw CliFailure.failed(NO_ADDRESSES, none);
      }
    }
  }

  private static int bindable(int port) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(UNUSED), port));
      return probe.getLocalPort();
    }
  }

  /** The first address, where the embedded API and the operator listen. */
  public String first() {
    return block + 1;
  }

  /** An address that nobody has yet. */
  public synchronized String next() {
    if (next > LAST) {
      throw CliFailure.failed(
          "more than "
              + (LAST - 1)
              + " pods and Services at once\n    next: lower replicas in the Deployments");
    }
    return block + next++;
  }

  /**
   * The address of a Service, given on the first question; its names are then in the hosts file.
   */
  public synchronized String claimService(String namespace, String name) {
    String known = services.get(namespace + "/" + name);
    if (known != null) {
      return known;
    }
    String address = next();
    name(namespace, name, address);
    return address;
  }

  /** Names an address that is in use already. */
  public synchronized void name(String namespace, String name, String address) {
    services.put(namespace + "/" + name, address);
    write();
  }

  @Override
  public synchronized Optional<String> of(String namespace, String service) {
    return Optional.ofNullable(services.get(namespace + "/" + service));
  }

  public Path hostsFile() {
    return hosts;
  }

  private void write() {
    String lines =
        services.entrySet().stream()
            .map(e -> line(e.getKey().split("/", 2), e.getValue()))
            .collect(Collectors.joining("\n", "127.0.0.1 localhost\n", "\n"));
    Path fresh = hosts.resolveSibling(hosts.getFileName() + ".new");
    try {
      Files.write(fresh, lines.getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, hosts, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw CliFailure.failed(
          hosts + " cannot be written: " + e.getMessage() + "\n    next: free some space there", e);
    }
  }

  private static String line(String[] service, String address) {
    String name = service[1] + "." + service[0];
    return address + " " + name + ".svc " + name + ".svc.cluster.local " + name;
  }
}
