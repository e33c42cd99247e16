/** Schedules written as in crontab. */
module dev.gala.river.cron {
  requires com.cronutils;
  requires transitive dev.gala.river;
  requires static transitive org.jspecify;

  exports dev.gala.river.cron;
}
