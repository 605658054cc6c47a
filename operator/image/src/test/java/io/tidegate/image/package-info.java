/** The images as files: what they say, what they hold, and that what they hold runs. */
package io.tidegate.image;
