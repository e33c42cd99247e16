/** A database of jobs in memory, found by {@link java.util.ServiceLoader}: for tests. */
module dev.gala.river.memory {
  requires dev.gala.river;
  requires static org.jspecify;

  provides dev.gala.river.driver.DriverProvider with
      dev.gala.river.memory.MemoryDriverProvider;
}
