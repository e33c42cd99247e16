package dev.gala.river.postgres;

import dev.gala.river.job.SchemaProfile;

/** The same plans without an index of arguments. */
class EventsPlanTest extends PlanTest {
  @Override
  SchemaProfile profile() {
    return SchemaProfile.EVENTS;
  }
}
