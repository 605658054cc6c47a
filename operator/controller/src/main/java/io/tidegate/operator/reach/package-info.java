/**
 * How the API server is reached: by connections that notice when nothing comes any more.
 *
 * <p>In: a client's configuration. Out: a client whose watches are pinged and opened anew where no
 * answer comes, and {@link io.tidegate.operator.reach.WatchLiveness}, which says how long each kind
 * has been silent. Pings go out on a thread of their own; what a watch brings comes as it always
 * did, on the HTTP client's threads.
 */
package io.tidegate.operator.reach;
