-- PostgreSQL takes no label out of an enum, so "pending" stays. As in River, metadata ends without
-- the default and the NOT NULL that version 2 gave it.
alter table /* schema */river_job
  alter column args drop not null,
  alter column metadata drop not null,
  alter column metadata drop default,
  drop constraint finalized_or_finalized_at_null,
  add constraint finalized_or_finalized_at_null check (
    (state in ('cancelled', 'completed', 'discarded') and finalized_at is not null)
    or finalized_at is null
  );

create function /* schema */river_job_notify() returns trigger language plpgsql as $body$
begin
  if new.state = 'available' then
    perform pg_notify('river_insert', json_build_object('queue', new.queue)::text);
  end if;
  return null;
end
$body$;

create trigger river_notify
  after insert on /* schema */river_job
  for each row execute function /* schema */river_job_notify();

drop table /* schema */river_queue;

alter table /* schema */river_leader
  alter column name drop default,
  drop constraint name_length,
  add constraint name_length check (char_length(name) > 0 and char_length(name) < 128);
