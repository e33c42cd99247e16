package dev.gala.river.worker;

/**
 * An attempt that goes on although its time was over long ago.
 *
 * @param id the job
 * @param kind its kind
 * @param queue its queue
 * @param stuckJobs how many attempts of the client are stuck now, this one included
 */
public record StuckJob(long id, String kind, String queue, int stuckJobs) {}
