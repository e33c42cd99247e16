update /* schema */river_job set args = '{}' where args is null;

alter table /* schema */river_job
  alter column args set not null,
  alter column args drop default,
  alter column metadata set default '{}',
  alter column metadata set not null;

-- The label may not be used before this is committed.
alter type /* schema */river_job_state add value if not exists 'pending' after 'discarded';

alter table /* schema */river_job
  drop constraint finalized_or_finalized_at_null,
  add constraint finalized_or_finalized_at_null check (
    (finalized_at is null and state not in ('cancelled', 'completed', 'discarded'))
    or (finalized_at is not null and state in ('cancelled', 'completed', 'discarded'))
  );

drop trigger river_notify on /* schema */river_job;
drop function /* schema */river_job_notify;

create table /* schema */river_queue (
  name text primary key,
  created_at timestamptz not null default now(),
  metadata jsonb not null default '{}',
  paused_at timestamptz,
  updated_at timestamptz not null
);

-- A leader under another name would break the new rule, and the next election makes one anyway.
delete from /* schema */river_leader where name <> 'default';

alter table /* schema */river_leader
  alter column name set default 'default',
  drop constraint name_length,
  add constraint name_length check (name = 'default');
