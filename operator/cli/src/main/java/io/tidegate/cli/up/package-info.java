/**
 * {@code tidegate up DIR}: an API, the real operator with its webhook, DIR applied and watched, and
 * on this machine what a node would run. In: a directory. Out: what runs where, one line per call,
 * problems with file, line, object, field and next step. {@link io.tidegate.cli.up.UpCommand} reads
 * as the list of its stages.
 */
package io.tidegate.cli.up;
