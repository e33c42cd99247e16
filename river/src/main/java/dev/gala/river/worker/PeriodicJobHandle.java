package dev.gala.river.worker;

/**
 * Stands for a periodic job that was added to a client, to remove it by.
 *
 * @param number counted up from 1 by each client for itself
 */
public record PeriodicJobHandle(long number) {}
