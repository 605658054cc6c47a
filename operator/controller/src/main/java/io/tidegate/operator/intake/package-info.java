/**
 * What any pod of the cluster may send us: read whole, and never more of it at once than the
 * process can bear.
 *
 * <p>In: requests with a body. Out: the body, or an answer to whoever sent too much, too slowly or
 * too often. All on the event loop of the connection; the bounds hold over all of them.
 */
package io.tidegate.operator.intake;
