package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads single values of a job's metadata. */
final class Metadata {
  private static final Logger LOG = LoggerFactory.getLogger(Metadata.class);
  private static final JsonMapper MAPPER = new JsonMapper();

  private Metadata() {}

  /** The whole number at a top-level key; 0 if there is none. */
  static int intAt(JobRow job, String key) {
    try {
      JsonNode value = MAPPER.readTree(job.metadata()).path(key);
      return value.canConvertToInt() ? value.intValue() : 0;
    } catch (JacksonException e) {
      LOG.warn("the metadata of job {} cannot be read", job.id(), e);
      return 0;
    }
  }
}
