package dev.gala.river;

import dev.gala.river.internal.periodic.PeriodicDefinitions;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import java.util.List;

/**
 * The periodic jobs of one client, to add to and remove from while it runs. They are not stored: a
 * change counts for this client alone, and takes effect while it leads. Make it in every client
 * that may lead. Safe for use by many threads.
 */
public final class PeriodicJobs {
  private final PeriodicDefinitions definitions;
  private final boolean mayLead;

  PeriodicJobs(PeriodicDefinitions definitions, boolean mayLead) {
    this.definitions = definitions;
    this.mayLead = mayLead;
  }

  /**
   * Adds a definition. While the client leads, its first time is counted from now, and it is
   * inserted at once if it runs on start.
   *
   * @return what to remove it by
   * @throws RiverException with {@link RiverError#PERIODIC_JOB_ALREADY_ADDED} if its id is taken,
   *     {@link RiverError#CONFIG_INVALID} if the client has workers but none for its kind, {@link
   *     RiverError#CLIENT_STATE} if it never leads
   */
  public PeriodicJobHandle add(PeriodicJob<?> job) {
    return addMany(List.of(job)).getFirst();
  }

  /**
   * Adds all or none.
   *
   * @return what to remove them by, in the order of {@code jobs}
   * @throws RiverException as {@link #add}
   */
  public List<PeriodicJobHandle> addMany(List<? extends PeriodicJob<?>> jobs) {
    if (!mayLead) {
      throw new RiverException(
          RiverError.CLIENT_STATE,
          jobs
              + " would never be inserted: the client has leaderElection(false), and only a leader"
              + " inserts periodic jobs");
    }
    return definitions.add(jobs);
  }

  /**
   * Removes a definition. A job of it that is being inserted at this moment may still come; those
   * inserted stay.
   *
   * @return whether it was there
   */
  public boolean remove(PeriodicJobHandle handle) {
    return definitions.remove(handle);
  }

  /**
   * Removes the definition with this id, as {@link #remove}.
   *
   * @return whether it was there
   */
  public boolean removeById(String id) {
    return definitions.removeById(id);
  }

  /** Removes every definition, as {@link #remove}. */
  public void clear() {
    definitions.clear();
  }
}
