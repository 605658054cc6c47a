/**
 * One call, from arrival to its event: the pinned policy, the task, the timeline, and what each
 * stage decided. A call lives on\n * one event loop and is touched by no other thread until it is
 * handed, finished, to the recorder.
 */
package io.tidegate.sidecar.call;
