/**
 * A real Kubernetes for the tests: the API server of the version that {@code e2e/cluster/go.mod}
 * pins, built from its Go modules, and a node that runs pods.
 *
 * <p>A test that needs an API takes a {@link io.tidegate.e2e.cluster.Cluster} as a parameter. All
 * classes of a run share one, so that it costs its start once; each test works in namespaces of its
 * own:
 *
 * <pre>{@code
 * @ExtendWith(SharedCluster.class)
 * class SomethingIT {
 *   @Test
 *   void somethingHolds(Cluster cluster) {
 *     String namespace = cluster.newNamespace("something");
 *     try (KubernetesClient admin = cluster.admin();
 *         KubernetesClient pod = cluster.serviceAccount(namespace, "default")) { ... }
 *     Ran ran = cluster.run("kubectl", "get", "namespaces", "-o", "name");
 *   }
 * }
 * }</pre>
 *
 * <p>A test that ends or restarts the API server starts one of its own: {@code try (ControlPlane
 * api = ControlPlane.start()) { api.killApiServer(); api.startApiServer(); }}. Nobody but etcd, the
 * API server and its own controllers is there: pods are not scheduled, deleted namespaces stay, and
 * ServiceAccounts are made by {@link io.tidegate.e2e.cluster.Cluster#serviceAccount}.
 *
 * <p>A test that needs pods takes a {@link io.tidegate.e2e.cluster.WholeCluster} in the same way,
 * with {@link io.tidegate.e2e.cluster.SharedNode}: controllers, a scheduler and a node, with DNS
 * and Services. {@code load(tar)} gives it an image; pods say {@code imagePullPolicy: Never}. The
 * image {@code tidegate.test/pause:1} ({@code e2e/cluster/pause}) is there already. Where the
 * machine cannot run a node, such a class is skipped with the reason.
 *
 * <p>Where they come from, the first that is there: the cluster of {@code
 * -Dtidegate.kubeconfig=FILE}; the programs in the directory that {@code KUBEBUILDER_ASSETS} names;
 * those that {@code e2e/cluster/build} makes with Go and keeps in the user's cache.
 *
 * <p>In: nothing. Out: a kubeconfig and clients. What runs is ended by a guard process ({@code
 * e2e/cluster/run/guard}) when this process ends, however it ends.
 */
package io.tidegate.e2e.cluster;
