/**
 * The stories of a person with a cluster, on a node that runs pods: both images, both charts, and
 * applications that know nothing of Tidegate. The model provider is the sample's, in the test's
 * process.
 */
package io.tidegate.e2e.node;
