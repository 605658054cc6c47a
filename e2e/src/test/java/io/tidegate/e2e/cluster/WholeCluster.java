package io.tidegate.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A cluster of our own that runs pods: an API, controllers, a scheduler and one node, in namespaces
 * of this machine. Its pods and Services are reached by their addresses from here, and reach this
 * process at {@link #machine()}; nothing beyond this machine is reached.
 */
public final class WholeCluster implements Cluster, AutoCloseable {
  private static final String NODE = "node";

  private final ControlPlane api;

  private WholeCluster(ControlPlane api) {
    this.api = api;
  }

  /** Why this machine cannot run a node, in one sentence; empty where it can. */
  public static Optional<String> obstacle() {
    Ran probe = Scripts.run("run/probe");
    return Optional.of(probe.orFail().strip()).filter(sentence -> !sentence.isEmpty());
  }

  /**
   * Starts one, installing what it needs from Debian where that lacks, and waits until its node is
   * Ready and names of Services resolve.
   *
   * @throws ClusterUnavailable when its programs cannot be had or do not start
   */
  public static WholeCluster start() {
    Ran installed = Scripts.run("install-debian");
    if (installed.exit() != 0) {
      throw new ClusterUnavailable(ClusterUnavailable.Reason.NO_NODE, installed.err());
    }
    ControlPlane api = ControlPlane.start(Programs.ofANode(), NODE);
    WholeCluster cluster = new WholeCluster(api);
    try {
      ClusterDirectory directory = api.directory();
      directory.start(NODE);
      directory.start("kube-controller-manager");
      directory.start("kube-scheduler");
      directory.script("ready-node");
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Gives the node an image, in either form that {@code docker save} and Jib write. */
  public void load(Path image) {
    api.directory().script("load", image.toAbsolutePath().toString());
  }

  /** Gives an image of the node one more name, registry included. */
  public void tag(String image, String name) {
    api.directory().script("tag", image, name);
  }

  /** A pod's emptyDir on the node's disk. */
  public Path volume(String podUid, String name) {
    return volume(podUid, "empty-dir", name);
  }

  /** What the node has passed on to a pod of a ConfigMap that it mounts. */
  public Path configMapVolume(String podUid, String name) {
    return volume(podUid, "configmap", name);
  }

  private Path volume(String podUid, String kind, String name) {
    return api.directory()
        .file("node/kubelet/pods/" + podUid + "/volumes/kubernetes.io~" + kind + "/" + name);
  }

  /** The address at which pods and the API server reach a server of this process. */
  public String machine() {
    Properties env = new Properties();
    try (var file = Files.newBufferedReader(api.directory().file("env"))) {
      env.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return env.getProperty("machine");
  }

  /** Pulls the plug of the node: all that runs on it is gone at once. The API stays. */
  public void unplugNode() {
    api.directory().kill(NODE);
  }

  /** Switches the node on again, and waits until it is Ready. */
  public void switchNodeOn() {
    api.directory().start(NODE);
    api.directory().script("ready-node");
  }

  /** Its API, to be taken away and given back. */
  public ControlPlane api() {
    return api;
  }

  @Override
  public Path kubeconfig() {
    return api.kubeconfig();
  }

  @Override
  public Path program(String name) {
    return api.program(name);
  }

  /** Ends all of it and removes what it made. */
  @Override
  public void close() {
    api.close();
  }
}
