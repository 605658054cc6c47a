/** Prompt versions and their variables, turned into the edits that attach them. Pure. */
package io.tidegate.sidecar.prompt;
