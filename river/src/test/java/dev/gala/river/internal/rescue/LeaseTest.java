package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaseTest {
  /** Nanoseconds may pass the largest number and go on from the smallest. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  private final Lease lease = new Lease(nanos::get);

  @Test
  void holdsUntilItsEnd() {
    assertThat(lease.holds()).isTrue();
    lease.renew(nanos.get() + 10);
    nanos.addAndGet(9);
    assertThat(lease.holds()).isTrue();
    nanos.addAndGet(1);
    assertThat(lease.holds()).isFalse();
    lease.renew(nanos.get() - 1);
    assertThat(lease.holds()).isFalse();
    lease.renew(nanos.get() + 1);
    assertThat(lease.holds()).isTrue();
    nanos.addAndGet(100);
    assertThat(lease.holds()).isFalse();
    lease.lift();
    assertThat(lease.holds()).isTrue();
  }
}
