package dev.gala.bench.limit;

/**
 * What a job's row holds of an event.
 *
 * @param args JSON
 * @param metadata JSON
 */
record Row(String args, String metadata) {}
