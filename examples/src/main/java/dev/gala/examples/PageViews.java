package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Topic;
import dev.gala.river.job.Durability;

/** Events of which a few may be lost, if that is what saves the wait for a disk. */
final class PageViews {
  record PageViewed(String page) {}

  static final Topic<PageViewed> PAGE_VIEWED = Topic.of("site.page.viewed", PageViewed.class);

  // snippet: relaxed
  private static final EmitOptions MAY_BE_LOST =
      EmitOptions.builder().durability(Durability.RELAXED).build();

  static EmitReceipt viewed(Gala gala, String page) {
    return gala.emit(PAGE_VIEWED, new PageViewed(page), MAY_BE_LOST);
  }

  // end

  private PageViews() {}
}
