/**
 * Jobs of clients that died come back in seconds, and what a client lost itself, too.
 *
 * <p><b>Heartbeats.</b> A client renews its row five times within its time to live (TTL), and is
 * told in the same statement who is silent. A client is dead when it was silent for the TTL while
 * the one that judges reached the database throughout: whoever could not write its own heartbeat,
 * or was away for half a TTL, begins to watch anew. So an outage, a failover or a laptop's sleep
 * kills nobody.
 *
 * <p><b>The lease.</b> A client that could not renew for two thirds of the TTL interrupts its
 * workers, and claims nothing until it can: others may be about to take it for dead. If they did,
 * the fence lets it write nothing.
 *
 * <p><b>Rescue.</b> One client at a time puts back what runs in a dead one's name. Its row stays
 * for some time, and is looked after again: a claim that was under way when it died may be
 * committed late.
 *
 * <p><b>Audit.</b> Now and then a client compares what runs in its name with what it holds. What it
 * does not hold, twice in succession and with every claim that may have brought it ended, was lost
 * on the way, and is put back.
 *
 * <p>Nothing here knows the other services: they tell {@link
 * dev.gala.river.internal.rescue.Holdings} what they hold.
 */
@NullMarked
package dev.gala.river.internal.rescue;

import org.jspecify.annotations.NullMarked;
