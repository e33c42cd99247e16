package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.Topic;
import java.util.function.Consumer;

/** Many events, of which nobody asks for a single one once it is handled. */
final class Searches {
  record Search(String words) {}

  // snippet: delete-on-completion
  static final Topic<Search> SEARCHED =
      Topic.of("site.searched", Search.class).deleteOnCompletion();

  // end

  private Searches() {}

  static void attach(Gala gala, Consumer<String> counter) {
    gala.on(SEARCHED, "count", (event, ctx) -> counter.accept(event.words()));
  }
}
