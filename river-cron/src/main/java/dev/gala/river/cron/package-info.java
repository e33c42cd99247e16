/**
 * Schedules written as in crontab. Reading the fields and finding the next time is left to
 * cron-utils; what a line may hold beside fields, and what happens when clocks change, is decided
 * here, so that the times are those of Go's robfig/cron.
 */
@NullMarked
package dev.gala.river.cron;

import org.jspecify.annotations.NullMarked;
