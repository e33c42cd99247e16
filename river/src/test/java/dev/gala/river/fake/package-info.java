/** A database in memory, and what tests wait and look with. */
package dev.gala.river.fake;
