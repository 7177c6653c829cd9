/** Name of this build, set by the bundler: the ISO time it was made. Sorts by time. */
declare const __BUILD__: string;
