package dev.gala.river.postgres;

import dev.gala.river.job.SchemaProfile;

/**
 * The same plans without an index of metadata either; what searches by those reads a whole kind.
 */
class EventsMaxPlanTest extends PlanTest {
  @Override
  SchemaProfile profile() {
    return SchemaProfile.EVENTS_MAX;
  }
}
