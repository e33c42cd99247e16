package dev.gala.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Envelope;
import dev.gala.event.Headers;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LiveKeysTest {
  private final LiveKeys keys = new LiveKeys(2);

  @Test
  void aKeyIsItsEventsUntilThatHasEnded() {
    Envelope first = event("k", false);
    assertThat(keys.isHeld(first)).isFalse();
    assertThat(keys.take(first)).isTrue();
    Envelope second = event("k", false);
    assertThat(keys.isHeld(second)).isTrue();
    assertThat(keys.take(second)).isFalse();
    keys.ended(second);
    assertThat(keys.isHeld(second)).as("an event frees no other's").isTrue();
    keys.ended(first);
    assertThat(keys.take(second)).isTrue();
    Envelope none = Envelope.of("t", "{}", Instant.EPOCH);
    assertThat(keys.take(none)).isTrue();
    assertThat(keys.isHeld(none)).isFalse();
  }

  /** Whoever lives for years does not remember all that ever was. */
  @Test
  void ofWhatIsUniqueOnceTheKeysUsedLastAreRemembered() {
    end("a");
    end("b");
    assertThat(keys.take(event("a", true))).as("used").isFalse();
    end("c");
    assertThat(keys.isHeld(event("b", true))).as("used longest ago").isFalse();
    assertThat(keys.isHeld(event("a", false))).isTrue();
    assertThat(keys.isHeld(event("c", true))).isTrue();
  }

  private void end(String key) {
    Envelope once = event(key, true);
    assertThat(keys.take(once)).isTrue();
    keys.ended(once);
  }

  private static Envelope event(String key, boolean once) {
    return Envelope.of("t", "{}", Instant.EPOCH)
        .withHeaders(Headers.builder().uniqueKey(key).uniqueOnce(once).build());
  }
}
