/**
 * What each object's status should say. Pure: a compilation, what sidecars acknowledged and what
 * they spent come in, a status for each object goes out; nothing is written here.
 */
package io.tidegate.operator.status;
