/**
 * Tests of listeners and of what emits: a runtime of the test's own, events handled one after
 * another when the test says so, time moved by hand, and assertions on what was emitted and on what
 * became of it. No sleeping, no containers.
 *
 * <pre>{@code
 * @GalaTest(setup = Shop.class)
 * class ShopTest {
 *   @Test
 *   void aPaidOrderIsBooked(Gala gala, TestGala test) {
 *     gala.emit(ORDER_PAID, new OrderPaid("o-1", 990));
 *     test.drain();
 *     test.listener(ORDER_PAID, "book").succeeded();
 *     test.emitted(ORDER_BOOKED).withPayload(new OrderBooked("o-1")).hasCount(1);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.gala.test;

import org.jspecify.annotations.NullMarked;
