/**
 * What a node does for a pod, with processes of this machine: an address, files, an environment, a
 * sidecar; and the sample provider behind a Service. In: pods and Services as the API has them.
 * Out: processes on loopback, and their pods' status. App containers are not run.
 */
package io.tidegate.cli.local;
