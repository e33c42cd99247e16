package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.EmitReceipt;
import dev.gala.test.GalaTest;
import dev.gala.test.TestGala;
import org.junit.jupiter.api.Test;

@GalaTest
class PageViewsTest {
  @Test
  void aViewIsHandledLikeAnyEvent(Gala gala, TestGala test) {
    gala.on(PageViews.PAGE_VIEWED, "count", (event, ctx) -> {});
    EmitReceipt receipt = PageViews.viewed(gala, "/");
    test.drain().hasCount(1);
    test.listener(PageViews.PAGE_VIEWED, "count").of(receipt.eventId()).succeeded();
  }
}
