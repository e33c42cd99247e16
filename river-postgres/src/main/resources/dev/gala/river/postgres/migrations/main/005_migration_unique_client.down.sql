-- Without the column, the versions of other lines could not be told from ours.
do $body$
begin
  if exists (select from /* schema */river_migration where line <> 'main') then
    raise exception 'river_migration has versions of other lines than "main": migrate those down first';
  end if;
end
$body$;

alter table /* schema */river_migration rename to river_migration_old;

create table /* schema */river_migration (
  id bigserial primary key,
  created_at timestamptz not null default now(),
  version bigint not null,
  constraint version check (version >= 1)
);

create unique index river_migration_version_idx on /* schema */river_migration (version);

insert into /* schema */river_migration (created_at, version)
select created_at, version
from /* schema */river_migration_old
order by version;

drop table /* schema */river_migration_old;

drop index /* schema */river_job_kind_unique_key_idx;
alter table /* schema */river_job drop column unique_key;

drop table /* schema */river_client_queue;
drop table /* schema */river_client;
