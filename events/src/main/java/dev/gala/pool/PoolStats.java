package dev.gala.pool;

/**
 * A pool at one moment, and since it was made.
 *
 * @param running tasks being run
 * @param waiting tasks waiting to be run
 * @param submitted tasks ever accepted
 * @param completed tasks that returned
 * @param failed tasks that threw
 */
public record PoolStats(int running, int waiting, long submitted, long completed, long failed) {}
