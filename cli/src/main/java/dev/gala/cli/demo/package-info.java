/**
 * The demonstration: one typed event for every commit of a git repository.
 *
 * <p>It plays an application. Emitters insert a row of their own and emit in the same transaction;
 * three listeners handle each event, and each leaves a record of its successes: the first in a
 * table, in the statement that does its work, the others in files. At the end the ids of the rows
 * are compared with the ids in the records: what is missing is lost, what is there more than once
 * is repeated. Nothing is taken from counters, which could be wrong together with the code that
 * keeps them; only times are measured in the process.
 *
 * <p>Two emitters by default, because more are no faster: a commit that notifies holds a lock that
 * is the database's only one until it is on disk, so emits in transactions of their own go one
 * after another.
 */
@NullMarked
package dev.gala.cli.demo;

import org.jspecify.annotations.NullMarked;
