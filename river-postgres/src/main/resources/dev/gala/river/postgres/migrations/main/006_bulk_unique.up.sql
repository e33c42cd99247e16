-- Whether the mask has the state's bit; the leftmost is number 0.
create or replace function /* schema */river_job_state_in_bitmask(
  bitmask bit(8), state /* schema */river_job_state
) returns boolean language sql immutable as $body$
  select get_bit(bitmask, case state
    when 'scheduled' then 0
    when 'running' then 1
    when 'retryable' then 2
    when 'pending' then 3
    when 'discarded' then 4
    when 'completed' then 5
    when 'cancelled' then 6
    when 'available' then 7
  end) = 1
$body$;

alter table /* schema */river_job add column if not exists unique_states bit(8);

-- On a large table it can be built before, with CREATE UNIQUE INDEX CONCURRENTLY.
create unique index if not exists river_job_unique_idx
  on /* schema */river_job (unique_key)
  where unique_key is not null
    and unique_states is not null
    and /* schema */river_job_state_in_bitmask(unique_states, state);

drop index if exists /* schema */river_job_kind_unique_key_idx;
