/**
 * What people are told: Events of core/v1 on the objects that they are about.
 *
 * <p>In: words from any stage, on any thread, which none of them waits for. Out: writes to the API
 * server, on one thread, bounded in number and time. A word that is lost is logged: an Event is
 * news, never a decision.
 */
package io.tidegate.operator.events;
